/** Why a connection, or the attempt to make one, ended: the label `reason` of `loxone_reconnects_total`. */
export const END_REASONS = [
  'unreachable',
  'closed',
  'silent',
  'timeout',
  'out_of_service',
  'starting_up',
  'authentication',
  'blocked',
  'no_event_slot',
  'encryption',
  'protocol',
  'other',
] as const;

export type EndReason = (typeof END_REASONS)[number];

/** A connection that ended, or could not be made, for a reason that has a name. */
export class ConnectionEnded extends Error {
  readonly reason: EndReason;
  /** How long to stay away, in milliseconds, where the reason asks for more than the usual wait. */
  readonly stayAwayMs: number | undefined;

  constructor(reason: EndReason, message: string, options: ErrorOptions & { readonly stayAwayMs?: number } = {}) {
    super(message, options);
    this.reason = reason;
    this.stayAwayMs = options.stayAwayMs;
  }
}
