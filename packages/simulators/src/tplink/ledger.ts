import type { Command } from './payload/payload.ts';
import type { TplinkTransport } from './transport.ts';

/** One try to log in, or one step of it. Times are Unix milliseconds. */
export interface HandshakeRecord {
  readonly atMs: number;
  readonly transport: TplinkTransport;
  /** `handshake1`, `handshake2`, `handshake`, `login_device`, `discover`, `pake_register` or `pake_share`. */
  readonly step: string;
  readonly ok: boolean;
  /** Why it was refused: an error code or an HTTP status. */
  readonly code: number;
}

/** One command that was read, whatever became of its answer. */
export interface RequestRecord extends Command {
  readonly atMs: number;
  readonly transport: TplinkTransport;
}

/** What a device saw of its clients: everything a test may want to assert on. Lists keep the last 10 000 entries. */
export interface TplinkLedger {
  /** Every step of every login. */
  readonly handshakes: readonly HandshakeRecord[];
  /** Last steps of logins that opened a session. */
  readonly logins: number;
  readonly failedLogins: number;
  /** Every command, those in batches one by one. */
  readonly requests: readonly RequestRecord[];
  /** Messages with a payload: a batch is one. */
  readonly exchanges: number;
  /** Commands that would have changed the device. An exporter must leave this empty. */
  readonly violations: readonly RequestRecord[];
  /** HTTP requests that came while another was under way, and XOR ones. */
  readonly parallel: number;
  /** Messages that could not be read. */
  readonly malformed: number;
  /** Messages that were refused because no session fits: expired, unknown, or a wrong sequence number. */
  readonly refused: number;
  readonly connectionsOpened: number;
  readonly connectionsOpen: number;
  /** The most that were ever open at once. */
  readonly connectionsPeak: number;
  /** Datagrams that came in, those lost on purpose too. */
  readonly datagrams: number;
  /** How many requests there were for that method. */
  count(method: string): number;
  /**
   * Resolves as soon as `holds` is true of this ledger, which is looked at again after every entry.
   *
   * @throws LedgerTimeoutError after `timeoutMs` real milliseconds (default 5 000)
   */
  until(holds: (ledger: TplinkLedger) => boolean, timeoutMs?: number): Promise<void>;
}
