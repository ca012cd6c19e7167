import type { Clock } from '../clock.ts';
import type { InfrahubFaults } from './faults.ts';
import type { InfrahubLedger } from './ledger.ts';
import type { KindModel } from './model.ts';
import type { BranchStore, StoredNode } from './store.ts';

/** Settings of `startInfrahub`. */
export interface InfrahubOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one, which stays the same. */
  readonly port?: number;
  /** API token. Default `simulated-token`. */
  readonly token?: string;
  /** Account that can log in. Default `exporter`. */
  readonly username?: string;
  /** Its password. Default `secret`. */
  readonly password?: string;
  /** Default: a small data centre. */
  readonly kinds?: readonly KindModel[];
  /** Nodes of the branch `main`. Default: five devices and what belongs to them. */
  readonly nodes?: readonly StoredNode[];
  /** Further branches, which start with the nodes of `main`. */
  readonly branches?: readonly string[];
  /** The most nodes that one answer has, whatever the limit says. */
  readonly maxPage?: number;
  /** Speaks HTTPS with a self-signed certificate; with `client`, asks for a certificate of the same authority. */
  readonly tls?: 'server' | 'client';
  readonly clock?: Clock;
}

/** An Infrahub with a real GraphQL engine, which remembers what it was asked, and can be made to fail. */
export interface SimulatedInfrahub extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  /** With TLS: its certificate, which is its authority and good for a client as well, and its key. */
  readonly certificatePem: string | undefined;
  readonly privateKeyPem: string | undefined;
  readonly ledger: InfrahubLedger;
  readonly faults: InfrahubFaults;
  /** The nodes of a branch. @throws {RangeError} when there is none of that name */
  branch(name?: string): BranchStore;
  changeSchema(kinds: readonly KindModel[]): void;
  readonly kinds: readonly KindModel[];
  stop(): Promise<void>;
}
