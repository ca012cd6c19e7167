import {
  type Clock,
  createBackoff,
  DeadlineExceededError,
  type Gate,
  retry,
  withDeadline,
} from '@device-exporters/retry';
import type { Config } from '../config.ts';
import { checkAnswer, type HttpAnswer } from './answer.ts';
import { type Credentials, credentialsOf, type PostToAuth } from './credentials.ts';
import { type FaultReason, InfrahubError, isPassing, reasonOf } from './errors.ts';
import { parseJson } from './json.ts';
import { ServerTime } from './server-time.ts';
import type { Transport } from './transport.ts';

/** Told of every request. */
export interface RequestStats {
  sent(): void;
  succeeded(): void;
  failed(reason: FaultReason): void;
}

export interface RequestOptions {
  readonly config: Config['infrahub'];
  readonly transport: Transport;
  /** Bounds the requests under way. */
  readonly gate: Gate;
  readonly stats: RequestStats;
  readonly clock: Clock;
}

/** Where a request goes. */
export interface Place {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** What it brings. */
export interface Content {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** A request that is refused for now is repeated this often at most. */
const ATTEMPTS = 4;
/** A server that wants to be left alone for longer gets another round instead. */
const LONGEST_WAIT_MS = 60_000;

/** Requests to Infrahub: with our credentials, so many at a time, in time, repeated where that is of use. */
export class Requests {
  readonly #options: RequestOptions;
  readonly #credentials: Credentials;
  readonly #serverTime: ServerTime;

  constructor(options: RequestOptions) {
    this.#options = options;
    this.#serverTime = new ServerTime(options.clock);
    this.#credentials = credentialsOf(options.config, this.#postToAuth, options.clock);
  }

  /** The time as the server knows it, Unix milliseconds. */
  get serverNowMs(): number {
    return this.#serverTime.nowMs();
  }

  /** One request, repeated while the server says that it is only for now. @throws {InfrahubError} */
  async send(place: Place, content: Content, signal: AbortSignal): Promise<HttpAnswer> {
    const backoff = createBackoff({ initialMs: 500, maxMs: 8_000, jitter: 0.5 });
    let leastMs = 0;
    return retry((until) => this.#asOurselves(place, content, until), {
      backoff: { next: () => Math.max(backoff.next(), leastMs), reset: () => backoff.reset() },
      attempts: ATTEMPTS,
      isWorthRetrying: (error) => {
        leastMs = (error instanceof InfrahubError && error.retryAfterMs) || 0;
        return isPassing(error) && leastMs <= LONGEST_WAIT_MS;
      },
      onRetry: ({ error }) => this.#options.stats.failed(reasonOf(error)),
      clock: this.#options.clock,
      signal,
    });
  }

  /** Renews the credentials, as an answer says that they are good no more. @returns whether other ones may be accepted */
  async renew(signal: AbortSignal): Promise<boolean> {
    return this.#credentials.renew(await this.#credentials.headers(signal), signal);
  }

  /** The address of a place. */
  urlOf({ path, query = {} }: Place): URL {
    const url = new URL(this.#options.config.address.replace(/\/+$/, '') + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  async #asOurselves(place: Place, content: Content, signal: AbortSignal): Promise<HttpAnswer> {
    const attempt = (used: Content['headers']): Promise<HttpAnswer> =>
      this.#once(place, { ...content, headers: { ...content.headers, ...used } }, signal);
    // A login that is refused is refused: only what it has brought can be renewed.
    const used = await this.#credentials.headers(signal);
    try {
      return await attempt(used);
    } catch (error) {
      const isRefused = error instanceof InfrahubError && error.reason === 'auth';
      if (!isRefused || !(await this.#credentials.renew(used, signal))) throw error;
    }
    return attempt(await this.#credentials.headers(signal));
  }

  /** One request and its answer, within the time there is. */
  #once(place: Place, { headers, body }: Content, signal: AbortSignal): Promise<HttpAnswer> {
    const { gate, stats } = this.#options;
    const what = `${place.method} ${place.path}`;
    const request = {
      method: place.method,
      url: this.urlOf(place),
      headers: { accept: 'application/json', ...headers },
      body,
    };
    return gate.run(async () => {
      stats.sent();
      const answer = await this.#inTime(what, signal, (until) => this.#options.transport.send(request, until));
      this.#serverTime.note(answer.header('date'));
      checkAnswer(answer, what, this.serverNowMs);
      stats.succeeded();
      return answer;
    }, signal);
  }

  async #inTime<T>(what: string, signal: AbortSignal, task: (until: AbortSignal) => Promise<T>): Promise<T> {
    const { config, clock } = this.#options;
    try {
      return await withDeadline(config.timeout_seconds * 1000, task, { what, signal, clock });
    } catch (error) {
      if (error instanceof DeadlineExceededError) throw new InfrahubError('timeout', error.message);
      throw error;
    }
  }

  readonly #postToAuth: PostToAuth = async (action, { body, bearer }, signal) => {
    const path = `/api/auth/${action}`;
    const headers = {
      'content-type': 'application/json',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    };
    const answer = await this.#once({ method: 'POST', path }, { headers, body: JSON.stringify(body ?? {}) }, signal);
    return jsonOf(answer.body, path);
  };
}

/** @throws {InfrahubError} `protocol` */
export function jsonOf(body: string, what: string): unknown {
  try {
    return parseJson(body);
  } catch (cause) {
    throw new InfrahubError('protocol', `${what}: no valid JSON`, { cause });
  }
}
