/** What the HTTP interface answers instead: a status, a page, half an answer, nothing, or a code of the application. */
export type CloudFault =
  | { readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly code: string; readonly message: string }
  | 'html'
  | 'truncated'
  | 'hang';

/** What goes wrong, from a test's point of view. */
export class EcoflowFaults {
  readonly #planned: CloudFault[] = [];
  #always: CloudFault | undefined;
  /** Refuse every connection to the broker with this CONNACK code; 0 refuses none. */
  refuseBroker = 0;

  /** The next answers go wrong, one for each fault. */
  next(...faults: readonly CloudFault[]): void {
    this.#planned.push(...faults);
  }

  /** Every answer goes wrong, until undefined is given. */
  always(fault: CloudFault | undefined): void {
    this.#always = fault;
  }

  /** For the cloud: the fault of this answer, if any. */
  take(): CloudFault | undefined {
    return this.#planned.shift() ?? this.#always;
  }
}
