import { DeviceError, DeviceRefusedError, DeviceTimeoutError, ProtocolError } from '../device-error.ts';

/** Codes of errors of `node:net`, `node:http` and `node:tls` that mean: what came was not what was expected. */
const NOT_UNDERSTOOD = /^(HPE_|ERR_SSL_|ERR_TLS_|ERR_HTTP_|EPROTO$)/;

/** Codes of a connection that broke off: the device restarts, or has closed an idle connection just now. */
const BROKEN_OFF: ReadonlySet<string> = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** The code that errors of Node.js carry, or an empty text. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}

/** Whether a connection broke off that had been there. */
export function isBrokenOff(error: unknown): boolean {
  return BROKEN_OFF.has(codeOf(error));
}

/**
 * What an error of a socket says about the device.
 *
 * @param what what was attempted, on what
 */
export function faultOf(error: unknown, what: string): DeviceError {
  if (error instanceof DeviceError) return error;
  const code = codeOf(error);
  const message = `${what}: ${code || String(error)}`;
  if (code === 'ETIMEDOUT') return new DeviceTimeoutError(message, { cause: error });
  if (NOT_UNDERSTOOD.test(code)) return new ProtocolError(message, { cause: error });
  return new DeviceRefusedError(message, { cause: error });
}
