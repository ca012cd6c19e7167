/** Why a delivery failed. */
export type DeliveryFault = 'refused' | 'timeout' | 'reset' | 'closed_early' | 'unreachable';

/** Carbon did not take a batch, or did not say so. */
export class DeliveryError extends Error {
  readonly reason: DeliveryFault;

  constructor(reason: DeliveryFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

const REASONS: Readonly<Record<string, DeliveryFault>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};

/** A socket's error as one of ours. */
export function deliveryError(peer: string, cause: Error): DeliveryError {
  const { code = '' } = cause as { readonly code?: string };
  return new DeliveryError(REASONS[code] ?? 'unreachable', `delivery to ${peer} failed: ${code || cause.message}`, {
    cause,
  });
}
