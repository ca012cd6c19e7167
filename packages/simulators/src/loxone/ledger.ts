import type { TokenRecord } from './login/token-store.ts';

/** One WebSocket connection, from the upgrade on. Times are Unix milliseconds. */
export interface ConnectionRecord {
  readonly id: number;
  readonly openedAtMs: number;
  /** Over TLS. */
  readonly secure: boolean;
  readonly closedAtMs?: number;
  /** 1006 when the connection broke without a close frame. */
  readonly closeCode?: number;
  readonly commands: readonly CommandRecord[];
  readonly keepalives: number;
}

/** One command, over a WebSocket connection or HTTP. */
export interface CommandRecord {
  readonly atMs: number;
  /** {@link ConnectionRecord.id}, or undefined for HTTP. */
  readonly connection: number | undefined;
  /** In the clear and without salt; as received when it could not be decrypted. */
  readonly command: string;
  readonly encryption: 'none' | 'enc' | 'fenc';
  /** Sent before the previous command of the connection was answered, which a client must not do (PROTOCOL §3). */
  readonly overlapping: boolean;
  /** The code it was answered with; undefined while, or because, it has no answer. */
  readonly code?: number;
}

/** One attempt to log in, successful or not. */
export interface LoginRecord {
  readonly atMs: number;
  readonly connection: number | undefined;
  readonly kind: LoginKind;
  readonly user: string;
  readonly ok: boolean;
  /** 200, or why not. */
  readonly code: number;
}

/** By password over the WebSocket, by token over the WebSocket, or with an HTTP request. */
export type LoginKind = 'getjwt' | 'gettoken' | 'authenticate' | 'authwithtoken' | 'basic' | 'autht';

/** One HTTP request. */
export interface HttpRecord {
  readonly atMs: number;
  readonly method: string;
  /** Without the query; that of a WebSocket upgrade when it was refused or not answered. */
  readonly path: string;
  /** Undefined when nothing was answered. */
  readonly status: number | undefined;
  readonly secure: boolean;
}

/** What a Miniserver saw of its clients: everything a test may want to assert on. Lists keep the last 10 000 entries. */
export interface Ledger {
  readonly connections: readonly ConnectionRecord[];
  readonly connectionsOpened: number;
  readonly connectionsOpen: number;
  readonly logins: readonly LoginRecord[];
  readonly failedLogins: readonly LoginRecord[];
  readonly tokens: readonly TokenRecord[];
  readonly tokensAlive: readonly TokenRecord[];
  readonly commands: readonly CommandRecord[];
  readonly keepalives: number;
  readonly httpRequests: readonly HttpRecord[];
  /** Commands sent before the previous one was answered. */
  readonly overlaps: readonly CommandRecord[];
  /** Commands that would have changed the house. An exporter must leave this empty. */
  readonly violations: readonly CommandRecord[];
  /**
   * Resolves as soon as `holds` is true of this ledger, which is looked at again after every entry.
   *
   * @throws LedgerTimeoutError after `timeoutMs` real milliseconds (default 5 000)
   */
  until(holds: (ledger: Ledger) => boolean, timeoutMs?: number): Promise<void>;
}
