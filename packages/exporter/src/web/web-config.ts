import type { SecureContextOptions } from 'node:tls';
import type { Secret } from '../config/secret.ts';

/** What a server asks of its clients: Go's names, as web configuration files have them. */
export type ClientAuthType =
  | 'NoClientCert'
  | 'RequestClientCert'
  | 'RequireAnyClientCert'
  | 'VerifyClientCertIfGiven'
  | 'RequireAndVerifyClientCert';

/** The part about TLS, ready to use: a secure context can be made of it. */
export interface WebTls {
  readonly context: SecureContextOptions;
  readonly clientAuthType: ClientAuthType;
  /** DNS names, addresses and URIs of which a client certificate must have one; empty: any will do. */
  readonly clientAllowedSans: readonly string[];
}

/** A bucket of tokens: one request takes one, and one comes back every interval. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** A web configuration that is complete and valid. */
export interface WebConfig {
  /** The file it was read from. */
  readonly path: string;
  /** That file and those that it names: whoever sees one of them change reads them all again. */
  readonly files: readonly string[];
  /** undefined: plain HTTP. */
  readonly tls: WebTls | undefined;
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** bcrypt hashes by user; none: nobody is asked who they are. */
  readonly users: ReadonlyMap<string, Secret>;
  readonly rateLimit: RateLimit | undefined;
}

/** A web configuration, and the way to read it anew. */
export interface WebSource {
  readonly config: WebConfig;
  /** @throws {ConfigurationError} */
  read(): WebConfig;
}
