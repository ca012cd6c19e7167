/** The device answered with an HTTP status other than 200. */
export class StatusError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/** The device answered with an error code where a result was expected. */
export class CodeError extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`error code ${code}`);
    this.code = code;
  }
}

/** The device does not know the credentials. */
export class CredentialsError extends Error {}
