/** Why something did not work out, as metrics and logs name it. */
export const FAULT_REASONS = [
  'connection',
  'timeout',
  'rate_limited',
  'server_error',
  'auth',
  'forbidden',
  'not_found',
  'protocol',
  'graphql',
  'schema',
  'incomplete',
] as const;

export type FaultReason = (typeof FAULT_REASONS)[number];

/** What only somebody can mend who changes the configuration, the query or a permission: asking again soon is of no use. */
const PERMANENT: ReadonlySet<FaultReason> = new Set(['auth', 'forbidden', 'not_found', 'protocol', 'schema']);

/** Reasons for which Infrahub itself is to be called down. */
const DOWN: ReadonlySet<FaultReason> = new Set([
  'connection',
  'timeout',
  'server_error',
  'auth',
  'not_found',
  'protocol',
]);

/** Infrahub could not be asked, or did not answer what was asked for. */
export class InfrahubError extends Error {
  readonly reason: FaultReason;
  /** How long it wants to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Whether asking again soon is of no use. */
  readonly isPermanent: boolean;

  constructor(
    reason: FaultReason,
    message: string,
    options: ErrorOptions & { retryAfterMs?: number | undefined; isPermanent?: boolean | undefined } = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
    this.isPermanent = options.isPermanent ?? PERMANENT.has(reason);
  }
}

export function reasonOf(error: unknown): FaultReason {
  return error instanceof InfrahubError ? error.reason : 'protocol';
}

/** Whether the same request may work a moment later. */
export function isPassing(error: unknown): boolean {
  return error instanceof InfrahubError && (error.reason === 'rate_limited' || error.reason === 'server_error');
}

export function isPermanent(error: unknown): boolean {
  return !(error instanceof InfrahubError) || error.isPermanent;
}

export function meansDown(reason: FaultReason): boolean {
  return DOWN.has(reason);
}
