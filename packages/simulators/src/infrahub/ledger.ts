import { Watched } from '../watched.ts';

/** One request as the server saw it. */
export interface InfrahubRequest {
  readonly method: string;
  readonly path: string;
  /** `?at=`. */
  readonly at: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** What an Infrahub saw of its clients: everything a test may want to assert on. */
export class InfrahubLedger {
  readonly requests: InfrahubRequest[] = [];
  /** The most that were ever under way at once. */
  requestsPeak = 0;
  logins = 0;
  refreshes = 0;
  /** Queries that the schema does not allow. */
  readonly invalid: string[] = [];
  #open = 0;
  readonly #watched = new Watched<InfrahubLedger>(this);

  /** GraphQL requests that ask for a kind, in the order of their coming. */
  queriesOf(kind: string): InfrahubRequest[] {
    return this.requests.filter(({ query }) => new RegExp(`\\b${kind}\\b\\s*[({]`).test(query));
  }

  opened(request: InfrahubRequest): void {
    this.requests.push(request);
    this.#open += 1;
    this.requestsPeak = Math.max(this.requestsPeak, this.#open);
    this.changed();
  }

  closed(): void {
    this.#open -= 1;
    this.changed();
  }

  changed(): void {
    this.#watched.changed();
  }

  /**
   * Resolves as soon as `holds` is true, which is looked at again after every entry.
   *
   * @throws {LedgerTimeoutError} after `timeoutMs` real milliseconds
   */
  until(holds: (ledger: InfrahubLedger) => boolean, timeoutMs = 10_000): Promise<void> {
    return this.#watched.until(holds, timeoutMs);
  }
}
