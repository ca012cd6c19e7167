import {
  BadAnswerError,
  CloudBusyError,
  type CloudRefusalError,
  CredentialsRefusedError,
  DeviceRefusedError,
  CloudRefusalError as Refusal,
} from './errors.ts';
import type { CloudResponse } from './request.ts';

/** The access key is unknown, deleted, or of another region. */
export const UNKNOWN_KEY = '8513';

/** The signature is wrong, or the server has a moment of weakness. */
export const WRONG_SIGNATURE = '8521';

const CREDENTIAL_CODES: ReadonlySet<string> = new Set([
  UNKNOWN_KEY,
  WRONG_SIGNATURE,
  '401',
  '6042',
  '7005',
  '7015',
  '2026',
]);
const TOO_BUSY = 429;

/**
 * The `data` of an answer (PROTOCOL §1.2). `code` is text or a number; an answer without one is good where its message is.
 *
 * @throws {CloudError} one that says why there is none
 */
export function dataOf(response: CloudResponse, what: string): unknown {
  const { status, text, retryAfterMs } = response;
  if (status === TOO_BUSY || status === 503) throw new CloudBusyError(`${what}: busy (HTTP ${status})`, retryAfterMs);
  if (status === 401 || status === 403) throw new CredentialsRefusedError(what, `${status}`, 'credentials refused');
  if (status !== 200) throw new BadAnswerError(`${what}: HTTP ${status}`);
  const envelope = parsed(text, what);
  const { code, message, data } = envelope;
  const said = typeof message === 'string' ? message : '';
  const codeText = typeof code === 'string' || typeof code === 'number' ? `${code}` : '';
  if (codeText === '0' || (codeText === '' && said.toLowerCase() === 'success')) return data;
  throw refusalOf(what, codeText, said);
}

function refusalOf(what: string, code: string, message: string): CloudRefusalError | CloudBusyError {
  if (/too busy/i.test(message)) return new CloudBusyError(`${what}: ${message}`);
  if (code === '1006' || /not allowed to get device|no permission/i.test(message)) {
    return new DeviceRefusedError(what, code, message);
  }
  const isAboutCredentials = CREDENTIAL_CODES.has(code) || /account|password|token/i.test(message);
  return isAboutCredentials ? new CredentialsRefusedError(what, code, message) : new Refusal(what, code, message);
}

/** JSON of an object. A user id that comes as a number has more digits than a double holds: it is taken as it stands. */
function parsed(text: string, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/("userId"\s*:\s*)(\d{16,})/g, '$1"$2"'));
  } catch (cause) {
    throw new BadAnswerError(`${what}: expected JSON, found ${text.length} characters of something else`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new BadAnswerError(`${what}: expected an object`);
}
