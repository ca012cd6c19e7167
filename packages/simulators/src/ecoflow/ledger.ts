import { Watched } from '../watched.ts';

/** One request to the HTTP interface. */
export interface CloudRequest {
  readonly method: string;
  readonly path: string;
  /** `code` of the answer; the HTTP status where it is none of the application. */
  readonly code: string;
  readonly nonce: string | undefined;
}

/** What a cloud saw of its clients: everything a test may want to assert on. */
export class EcoflowLedger {
  readonly requests: CloudRequest[] = [];
  /** Client ids of connections to the broker, refused ones too. */
  readonly clientIds: string[] = [];
  /** Topics that were subscribed to. */
  readonly subscriptions: string[] = [];
  /** What clients published: topic and payload. */
  readonly published: { readonly topic: string; readonly payload: Buffer }[] = [];
  /** Publications that would have changed a device, and subscriptions that the broker refuses. Must stay empty. */
  readonly violations: string[] = [];
  brokerLogins = 0;
  brokerRefusals = 0;
  connectionsOpen = 0;
  readonly #watched = new Watched<EcoflowLedger>(this);

  /** How many requests there were to a path. */
  count(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }

  /** To be called after every entry. */
  changed(): void {
    this.#watched.changed();
  }

  /**
   * Resolves as soon as `holds` is true, which is looked at again after every entry.
   *
   * @throws LedgerTimeoutError after `timeoutMs` real milliseconds (default 5 000)
   */
  until(holds: (ledger: EcoflowLedger) => boolean, timeoutMs = 5_000): Promise<void> {
    return this.#watched.until(holds, timeoutMs);
  }
}
