import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loginSchemeFor, parsePublicKey } from '@device-exporters/loxone-auth';
import { type ApiKey, COMMAND, isGeneration2, parseApiKey } from '@device-exporters/loxone-protocol';
import type { Clock } from '@device-exporters/retry';
import type { MiniserverConfig } from './config.ts';
import { ConnectionEnded } from './end-reason.ts';
import type { Endpoint } from './endpoint.ts';
import { askOverHttp } from './http-request.ts';

/** What is known of a Miniserver before anybody logs in, and how it is to be spoken to. */
export interface Identity {
  readonly endpoint: Endpoint;
  readonly apiKey: ApiKey;
  /** Undefined for firmware that logs in without encryption. */
  readonly publicKey: KeyObject | undefined;
}

/** The plain endpoint of a Miniserver, or its TLS one. @throws {ConnectionEnded} when the CA file cannot be read */
export function endpointOf(config: MiniserverConfig, isTls: boolean): Endpoint {
  const { host, port, ssl_port, tls_verify } = config;
  if (!isTls) return { host, port, isTls, tls: {} };
  return { host, port: ssl_port, isTls, tls: tlsOptions(tls_verify) };
}

function tlsOptions(verification: boolean | string): Endpoint['tls'] {
  if (typeof verification === 'string') return { ca: readCa(verification) };
  // Where nothing is verified nobody needs the 150 certificates that Node.js would read: 10 ms and a megabyte.
  return verification ? {} : { rejectUnauthorized: false, ca: [] };
}

/**
 * Asks a Miniserver who it is, and whether it speaks TLS: then it is spoken to over TLS from here on.
 *
 * @param isTls whether plain HTTP and ws are ruled out already
 * @throws {ConnectionEnded}
 */
export async function identify(
  config: MiniserverConfig,
  isTls: boolean,
  signal: AbortSignal,
  clock: Clock,
): Promise<Identity> {
  const { endpoint, apiKey } = isTls
    ? await ask(endpointOf(config, true), signal, clock)
    : await askPlainFirst(config, signal, clock);
  const needsKey = loginSchemeFor(apiKey.version) !== 'hash';
  return { endpoint, apiKey, publicKey: needsKey ? await fetchPublicKey(endpoint, signal, clock) : undefined };
}

type Answer = Pick<Identity, 'endpoint' | 'apiKey'>;

async function askPlainFirst(config: MiniserverConfig, signal: AbortSignal, clock: Clock): Promise<Answer> {
  const tls = (): Promise<Answer> => ask(endpointOf(config, true), signal, clock);
  let plain: Answer;
  try {
    plain = await ask(endpointOf(config, false), signal, clock);
  } catch (error) {
    signal.throwIfAborted();
    // A Generation 2 may have its plain port closed.
    return tls().catch((tlsError: unknown) => {
      throw isFromNobody(tlsError) ? error : tlsError;
    });
  }
  return isGeneration2({ apiKey: plain.apiKey }) === true ? tls() : plain;
}

/** A Generation 1 has no TLS port: what happened at its plain one tells more. A certificate that is refused tells all. */
function isFromNobody(error: unknown): boolean {
  return error instanceof ConnectionEnded && ['unreachable', 'timeout', 'closed'].includes(error.reason);
}

async function ask(endpoint: Endpoint, signal: AbortSignal, clock: Clock): Promise<Answer> {
  const { value } = await askOverHttp(endpoint, COMMAND.apiKey, signal, clock);
  return { endpoint, apiKey: parseApiKey(value) };
}

async function fetchPublicKey(endpoint: Endpoint, signal: AbortSignal, clock: Clock): Promise<KeyObject> {
  const { value } = await askOverHttp(endpoint, COMMAND.publicKey, signal, clock);
  return parsePublicKey(String(value));
}

function readCa(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ConnectionEnded('encryption', `the CA file ${path} cannot be read`, { cause });
  }
}
