import { describeError } from '@device-exporters/exporter';
import { DeadlineExceededError } from '@device-exporters/retry';
import { ConnectionEnded, type EndReason } from './end-reason.ts';

/** Nobody is there, or nobody gets there: no connection came about. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

/** OpenSSL's verification errors have names of their own; these are the families they come in. */
const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/;

/** A failure of the network as the end of a connection, with its reason and what was attempted. */
export function networkFailure(error: unknown, attempted: string): ConnectionEnded {
  if (error instanceof ConnectionEnded) return error;
  return new ConnectionEnded(reasonOf(error), `${attempted}: ${sentenceOf(error)}`, { cause: error });
}

/** OpenSSL says it with addresses and files of its source, over two lines. */
function sentenceOf(error: unknown): string {
  const text = describeError(error);
  return text.includes('wrong version number') ? 'what listens there does not speak TLS' : text.trim();
}

function reasonOf(error: unknown): EndReason {
  if (error instanceof DeadlineExceededError) return 'timeout';
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  const code = String((error as NodeJS.ErrnoException | undefined)?.code ?? '');
  if (UNREACHABLE.has(code)) return 'unreachable';
  if (TLS.test(code)) return 'encryption';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'closed';
  // The reader of HTTP and that of WebSocket frames.
  return code.startsWith('HPE_') || code.startsWith('WS_ERR_') ? 'protocol' : 'other';
}

/** What a Miniserver says with an HTTP status instead of an answer. */
export function statusFailure(status: number | undefined, attempted: string): ConnectionEnded {
  const message = `${attempted}: HTTP status ${status}`;
  if (status === 503) return new ConnectionEnded('starting_up', `${message}, the Miniserver is starting up`);
  if (status === 401) return new ConnectionEnded('authentication', message);
  if (status === 403) return new ConnectionEnded('blocked', message);
  return new ConnectionEnded('protocol', message);
}
