import type { Clock } from '../../clock.ts';
import type { Settings } from '../options.ts';
import type { Login } from '../wire/klap.ts';

/** The accounts a device takes before it is bound to one (PROTOCOLS §4.3). */
const OTHER_LOGINS = {
  blank: { user: '', password: '' },
  'kasa-setup': { user: 'kasa@tp-link.net', password: 'kasaSetup' },
  'tapo-setup': { user: 'test@tp-link.net', password: 'test' },
} as const;

/** Who may log in, and whether anybody may at the moment. */
export class Account {
  /** Whether others than the maker's own app may speak KLAP and AES (PROTOCOLS §1). */
  isThirdPartyOn = true;
  readonly #clock: Clock;
  readonly #lockOut: Settings['lockOut'];
  readonly #kind: Settings['credentials'];
  #login: Login;
  #failures = 0;
  #lockedUntilMs = 0;

  constructor({ clock, lockOut, credentials, login }: Pick<Settings, 'clock' | 'lockOut' | 'credentials' | 'login'>) {
    this.#clock = clock;
    this.#lockOut = lockOut;
    this.#kind = credentials;
    this.#login = login;
  }

  /** Whose login is accepted now. */
  get login(): Login {
    return this.#kind === 'account' ? this.#login : OTHER_LOGINS[this.#kind];
  }

  /** Who the device belongs to; undefined while it belongs to nobody. */
  get owner(): string | undefined {
    return this.#kind === 'account' ? this.#login.user : undefined;
  }

  set password(password: string) {
    this.#login = { ...this.#login, password };
  }

  get isLocked(): boolean {
    return this.#clock.now() < this.#lockedUntilMs;
  }

  /** Nobody is let in for so long. */
  lock(forMs: number): void {
    this.#lockedUntilMs = this.#clock.now() + forMs;
  }

  /** Ends a lock. */
  unlock(): void {
    this.#lockedUntilMs = 0;
    this.#failures = 0;
  }

  /** A login was decided; too many failures in a row lock the door. */
  decided(isRight: boolean): void {
    this.#failures = isRight ? 0 : this.#failures + 1;
    if (this.#failures >= this.#lockOut.failures) this.lock(this.#lockOut.forMs);
  }
}
