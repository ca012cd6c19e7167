import { Watched } from '../watched.ts';
import type { HandshakeRecord, RequestRecord, TplinkLedger } from './ledger.ts';

const KEPT = 10_000;

/** What is merely counted. */
type Tally = 'exchanges' | 'parallel' | 'malformed' | 'refused' | 'datagrams';

/** The ledger as the simulator writes it. */
export class LedgerBook implements TplinkLedger {
  readonly handshakes: HandshakeRecord[] = [];
  readonly requests: RequestRecord[] = [];
  readonly violations: RequestRecord[] = [];
  logins = 0;
  failedLogins = 0;
  exchanges = 0;
  parallel = 0;
  malformed = 0;
  refused = 0;
  datagrams = 0;
  connectionsOpened = 0;
  connectionsOpen = 0;
  connectionsPeak = 0;
  readonly #watched = new Watched<TplinkLedger>(this);

  /** A step of a login was taken. */
  handshake(record: HandshakeRecord, outcome?: 'logged-in' | 'failed'): void {
    if (outcome === 'logged-in') this.logins += 1;
    if (outcome === 'failed') this.failedLogins += 1;
    this.#keep(this.handshakes, record);
  }

  /** A command was read. */
  request(record: RequestRecord): void {
    if (record.isWrite) this.#keep(this.violations, record);
    this.#keep(this.requests, record);
  }

  /** One more of those. */
  tally(what: Tally): void {
    this[what] += 1;
    this.#changed();
  }

  opened(): void {
    this.connectionsOpened += 1;
    this.connectionsOpen += 1;
    this.connectionsPeak = Math.max(this.connectionsPeak, this.connectionsOpen);
    this.#changed();
  }

  closed(): void {
    this.connectionsOpen -= 1;
    this.#changed();
  }

  count(method: string): number {
    return this.requests.filter((request) => request.method === method).length;
  }

  until(holds: (ledger: TplinkLedger) => boolean, timeoutMs = 5000): Promise<void> {
    return this.#watched.until(holds, timeoutMs);
  }

  #keep<T>(list: T[], entry: T): void {
    list.push(entry);
    if (list.length > KEPT) list.shift();
    this.#changed();
  }

  #changed(): void {
    this.#watched.changed();
  }
}
