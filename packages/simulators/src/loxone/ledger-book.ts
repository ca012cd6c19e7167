import { Watched } from '../watched.ts';
import type { CommandRecord, ConnectionRecord, HttpRecord, Ledger, LoginRecord } from './ledger.ts';
import type { TokenRecord } from './login/token-store.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** An open command record; the code is filled in when the answer leaves. */
export type OpenCommand = Mutable<CommandRecord>;

/** An open connection record. */
export type OpenConnection = Mutable<Omit<ConnectionRecord, 'commands'>> & { readonly commands: OpenCommand[] };

const KEPT = 10_000;

/** The ledger as the simulator writes it. */
export class LedgerBook implements Ledger {
  readonly connections: OpenConnection[] = [];
  readonly logins: LoginRecord[] = [];
  readonly commands: OpenCommand[] = [];
  readonly httpRequests: HttpRecord[] = [];
  readonly overlaps: CommandRecord[] = [];
  readonly violations: CommandRecord[] = [];
  connectionsOpened = 0;
  connectionsOpen = 0;
  keepalives = 0;
  readonly #tokens: () => readonly TokenRecord[];
  readonly #watched = new Watched<Ledger>(this);

  /** @param tokens all tokens ever issued, as they are now */
  constructor(tokens: () => readonly TokenRecord[]) {
    this.#tokens = tokens;
  }

  get tokens(): readonly TokenRecord[] {
    return this.#tokens();
  }

  get tokensAlive(): readonly TokenRecord[] {
    return this.tokens.filter((record) => record.state === 'alive');
  }

  get failedLogins(): readonly LoginRecord[] {
    return this.logins.filter((login) => !login.ok);
  }

  /** A connection was upgraded. */
  opened(secure: boolean, atMs: number): OpenConnection {
    this.connectionsOpened += 1;
    this.connectionsOpen += 1;
    const record: OpenConnection = {
      id: this.connectionsOpened,
      openedAtMs: atMs,
      secure,
      commands: [],
      keepalives: 0,
    };
    this.#keep(this.connections, record);
    return record;
  }

  /** A connection is gone. */
  closed(connection: OpenConnection, closeCode: number, atMs: number): void {
    this.connectionsOpen -= 1;
    connection.closedAtMs = atMs;
    connection.closeCode = closeCode;
    this.changed();
  }

  /** A keepalive came in. */
  keepalive(connection: OpenConnection): void {
    this.keepalives += 1;
    connection.keepalives += 1;
    this.changed();
  }

  /** A command was read. */
  command(record: OpenCommand, connection?: OpenConnection): void {
    if (connection !== undefined) this.#keep(connection.commands, record);
    if (record.overlapping) this.#keep(this.overlaps, record);
    this.#keep(this.commands, record);
  }

  /** A command would have changed the house. */
  violation(record: CommandRecord): void {
    this.#keep(this.violations, record);
  }

  /** A login was decided. */
  login(record: LoginRecord): void {
    this.#keep(this.logins, record);
  }

  /** An HTTP request was answered, or left alone. */
  http(record: HttpRecord): void {
    this.#keep(this.httpRequests, record);
  }

  /** Looks at the conditions that are waited for again. */
  changed(): void {
    this.#watched.changed();
  }

  until(holds: (ledger: Ledger) => boolean, timeoutMs = 5000): Promise<void> {
    return this.#watched.until(holds, timeoutMs);
  }

  #keep<T>(list: T[], entry: T): void {
    list.push(entry);
    if (list.length > KEPT) list.shift();
    this.changed();
  }
}
