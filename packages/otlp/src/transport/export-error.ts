/** Why an export failed, as a value of the label `reason`. */
export const EXPORT_FAULTS = [
  'unavailable',
  'timeout',
  'refused',
  'too_large',
  'unauthorized',
  'tls',
  'internal',
] as const;
export type ExportFault = (typeof EXPORT_FAULTS)[number];

/** The collector does not have what was sent. */
export class ExportError extends Error {
  readonly reason: ExportFault;
  /** How long the collector wants to be left alone, in milliseconds, where it says so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: ExportFault,
    message: string,
    options: ErrorOptions & { retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Whether the same request may succeed a moment later. */
export function isWorthRetrying(error: unknown): boolean {
  return error instanceof ExportError && (error.reason === 'unavailable' || error.reason === 'timeout');
}

/** gRPC status codes. Source: grpc.io, "Status codes and their use in gRPC"; retryable ones: OTLP specification, "Failures". */
const BY_GRPC_STATUS: Readonly<Record<number, ExportFault>> = {
  1: 'unavailable',
  4: 'timeout',
  7: 'unauthorized',
  8: 'too_large',
  10: 'unavailable',
  11: 'unavailable',
  14: 'unavailable',
  15: 'unavailable',
  16: 'unauthorized',
};

const BY_HTTP_STATUS: Readonly<Record<number, ExportFault>> = {
  401: 'unauthorized',
  403: 'unauthorized',
  408: 'timeout',
  413: 'too_large',
  429: 'unavailable',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** What an exporter of the SDK has failed with, in our words. Statuses of gRPC are below 100, those of HTTP above. */
export function toExportError(error: Error | undefined, retryAfterMs?: number): ExportError {
  const message = error?.message || 'the exporter gave no reason';
  const fault = faultOf(error, message);
  // Too much for now and too much at a time are one status of gRPC; only the former can be repeated later.
  const reason = fault === 'too_large' && retryAfterMs !== undefined ? 'unavailable' : fault;
  return new ExportError(reason, message, { cause: error, retryAfterMs });
}

function faultOf(error: Error | undefined, message: string): ExportFault {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  if (/certificate|\bTLS\b|\bSSL\b|handshake/i.test(`${message} ${code}`)) return 'tls';
  if (/timed out/i.test(message)) return 'timeout';
  // The HTTP exporter says this of 429, 502, 503 and 504, after attempts of its own.
  if (/retryable status/.test(message)) return 'unavailable';
  if (typeof code === 'string') return 'unavailable';
  if (typeof code !== 'number') return 'internal';
  return (code < 100 ? BY_GRPC_STATUS[code] : BY_HTTP_STATUS[code]) ?? 'refused';
}
