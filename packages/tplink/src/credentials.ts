/** A TP-Link account. */
export interface Credentials {
  /** The e-mail address exactly as registered: devices tell upper from lower case. */
  readonly username: string;
  readonly password: string;
}
