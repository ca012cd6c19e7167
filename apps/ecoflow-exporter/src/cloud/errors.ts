/** The cloud could not be asked, or did not answer as it should. */
export abstract class CloudError extends Error {}

/** No answer, or half of one. */
export class CloudUnreachableError extends CloudError {}

/** An answer that is none: HTML, cut JSON, a status that says nothing about the request. */
export class BadAnswerError extends CloudError {}

/** The cloud asks for patience. */
export class CloudBusyError extends CloudError {
  /** What it asks for, in milliseconds, if it says. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The cloud refuses: `code` and `message` of its answer. */
export class CloudRefusalError extends CloudError {
  readonly code: string;

  constructor(what: string, code: string, message: string) {
    super(`${what}: ${message || 'refused'} (code ${code || 'none'})`);
    this.code = code;
  }
}

/** It refuses the credentials. */
export class CredentialsRefusedError extends CloudRefusalError {}

/** It does not give this device to this account. */
export class DeviceRefusedError extends CloudRefusalError {}
