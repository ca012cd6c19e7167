import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { type Envelope, parseEnvelope } from '@device-exporters/loxone-protocol';
import { type Clock, withDeadline } from '@device-exporters/retry';
import { ConnectionEnded } from './end-reason.ts';
import { type Endpoint, urlOf } from './endpoint.ts';
import { networkFailure, statusFailure } from './network-error.ts';

/** Answers to commands are a few hundred bytes; a certificate chain is a few thousand. */
const MAX_BYTES = 256 * 1024;

/** Enough for a Generation 1 that is busy. */
const TIMEOUT_MS = 10_000;

/** On a network that lets packets vanish. As opposed to one that accepts and keeps silent, nobody is there. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Asks a command over HTTP that needs no login. Redirections are not followed: nobody but the configured host is asked.
 *
 * @throws {ConnectionEnded} when there is no answer, or none that is an envelope with code 200
 */
export async function askOverHttp(
  endpoint: Endpoint,
  command: string,
  signal: AbortSignal,
  clock: Clock,
): Promise<Envelope> {
  const url = urlOf(endpoint, 'http', `/${command}`);
  const text = await withDeadline(TIMEOUT_MS, (until) => getText(endpoint, url, until, clock), {
    what: url,
    signal,
    clock,
  }).catch((error: unknown) => {
    throw networkFailure(error, `cannot get ${url}`);
  });
  const envelope = readEnvelope(text, url);
  if (envelope.code === 200) return envelope;
  throw statusFailure(envelope.code, `cannot get ${url}`);
}

function readEnvelope(text: string, url: string): Envelope {
  try {
    return parseEnvelope(text);
  } catch (cause) {
    throw new ConnectionEnded('protocol', `${url} does not answer as a Miniserver does`, { cause });
  }
}

async function getText(endpoint: Endpoint, url: string, signal: AbortSignal, clock: Clock): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = endpoint.isTls ? httpsRequest : httpRequest;
    request(url, { ...endpoint.tls, agent: false, signal })
      .on('response', resolve)
      .on('error', reject)
      .on('socket', (socket) => giveUpUnlessConnected(socket, clock))
      .end();
  });
  if (response.statusCode !== 200) {
    response.destroy();
    throw statusFailure(response.statusCode, `cannot get ${url}`);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop destroys the response.
    if (length > MAX_BYTES) throw new ConnectionEnded('protocol', `${url} answers with more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function giveUpUnlessConnected(socket: Socket, clock: Clock): void {
  const timer = clock.after(CONNECT_TIMEOUT_MS, () => socket.destroy(new NoConnectionError('no connection in time')));
  socket.once('connect', () => timer.cancel()).once('close', () => timer.cancel());
}

/** Like the operating system's own, which comes after two minutes. */
class NoConnectionError extends Error {
  readonly code = 'ETIMEDOUT';
}
