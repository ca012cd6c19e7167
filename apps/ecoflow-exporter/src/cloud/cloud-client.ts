import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type Clock, createBackoff, retry } from '@device-exporters/retry';
import { dataOf } from './envelope.ts';
import { BadAnswerError, CloudBusyError, CloudUnreachableError } from './errors.ts';
import { type CloudRequest, sendRequest } from './request.ts';

/** How the cloud is asked. */
export interface CloudClientOptions {
  readonly timeoutMs: number;
  /** How often a request that fails on the way is repeated. */
  readonly retries: number;
  /** Before the first repetition; doubled for each further one. */
  readonly retryDelayMs: number;
  readonly clock: Clock;
  /** Told of every request: path, whether it succeeded, and how long it took in seconds. */
  observe(endpoint: string, isGood: boolean, seconds: number): void;
}

const LONGEST_RETRY_MS = 30_000;
const MOST_CONNECTIONS = 8;

/** Sends requests to the cloud, and repeats those that fail on the way: never those that it refuses. */
export class CloudClient {
  readonly #options: CloudClientOptions;
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });

  constructor(options: CloudClientOptions) {
    this.#options = options;
  }

  /**
   * The `data` of an answer.
   *
   * @param make makes the request, anew for every attempt: signatures are good once
   * @throws {CloudError}
   * @throws the signal's reason when that fires
   */
  ask(make: () => CloudRequest, signal: AbortSignal): Promise<unknown> {
    const { retries, retryDelayMs, clock } = this.#options;
    return retry((until) => this.#askOnce(make(), until), {
      backoff: createBackoff({ initialMs: retryDelayMs, maxMs: LONGEST_RETRY_MS }),
      attempts: retries + 1,
      isWorthRetrying: (error) => error instanceof CloudUnreachableError || error instanceof BadAnswerError,
      signal,
      clock,
    });
  }

  /** Closes the connections. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  async #askOnce(request: CloudRequest, signal: AbortSignal): Promise<unknown> {
    const { timeoutMs, clock, observe } = this.#options;
    const { url, method } = request;
    const agent = url.protocol === 'https:' ? this.#https : this.#http;
    const startMs = clock.monotonicMs();
    let isGood = false;
    try {
      const response = await sendRequest(request, { timeoutMs, signal, clock, agent });
      const data = dataOf(response, `${method} ${url.origin}${url.pathname}`);
      isGood = true;
      return data;
    } finally {
      observe(url.pathname, isGood, (clock.monotonicMs() - startMs) / 1000);
    }
  }
}

/** How long the cloud wants to be left alone, if it says so. */
export function busyMs(error: unknown): number | undefined {
  return error instanceof CloudBusyError ? (error.retryAfterMs ?? 0) : undefined;
}
