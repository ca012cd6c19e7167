import { AuthenticationError, type DeviceError, ProtocolError } from '../device-error.ts';
import { BusyError, SessionGoneError } from './session-transport.ts';

/** An `error_code` that is about the conversation. */
export class DeviceCodeError extends ProtocolError {
  readonly code: number;

  constructor(what: string, code: number) {
    super(`${what}: error_code ${code}${MEANINGS.has(code) ? ` (${MEANINGS.get(code)})` : ''}`);
    this.code = code;
  }
}

/** The device speaks another protocol now, or third-party access is off. */
export const TRANSPORT_CHANGED = 1003;

/** The device does not accept the account. */
const WRONG_CREDENTIALS = -1501;

/** After bad logins: for minutes, whatever the account. */
const LOCKED = -40404;

/** The device wants a new login: expired, undecryptable, bad session parameters, bad nonce. */
const SESSION_CODES: ReadonlySet<number> = new Set([9999, -1005, -1101, -40401, -40413]);

/** The transport has no time just now. */
const BUSY_CODES: ReadonlySet<number> = new Set([1002, 1112]);

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [TRANSPORT_CHANGED, 'another protocol, or third-party access is off'],
  [1100, 'handshake failed'],
  [1111, 'login failed'],
  [-1010, 'public key'],
]);

/**
 * What an `error_code` says about the conversation, as opposed to the request. All other codes, -1003 that stops batches
 * among them, are answers: whoever asked knows what to make of them.
 *
 * @param what what was attempted, on what
 */
export function conversationFault(code: number, what: string): DeviceError | undefined {
  if (SESSION_CODES.has(code)) return new SessionGoneError(`${what}: session ended (error_code ${code})`);
  if (BUSY_CODES.has(code)) return new BusyError(`${what}: busy (error_code ${code})`);
  if (code === WRONG_CREDENTIALS) return new WrongAccountError(`${what}: wrong account or password (${code})`);
  if (code === LOCKED) return new AuthenticationError(`${what}: locked after failed logins (${code})`);
  return MEANINGS.has(code) ? new DeviceCodeError(what, code) : undefined;
}

/** A longer answer is more than an error. */
const LONGEST_ERROR = 256;

/**
 * Passes an answer on, unless it says that the session has expired.
 *
 * @throws {SessionGoneError}
 */
export function refuseExpired(answer: string, what: string): string {
  if (answer.length > LONGEST_ERROR || !/"error_code"\s*:\s*9999\b/.test(answer)) return answer;
  throw new SessionGoneError(`${what}: session ended (error_code 9999)`);
}

/** As opposed to a device that is locked: another account may do. */
export class WrongAccountError extends AuthenticationError {}
