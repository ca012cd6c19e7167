import type { Clock, Gate } from '@device-exporters/retry';
import { createBackoff, DeadlineExceededError, retry, withDeadline } from '@device-exporters/retry';
import { GraphQLClient } from 'graphql-request';
import type { Config } from '../config.ts';
import { checkAnswer, type HttpAnswer, messagesOf } from './answer.ts';
import { type Credentials, credentialsOf, type PostToAuth } from './credentials.ts';
import { type FaultReason, InfrahubError, isPassing, reasonOf } from './errors.ts';
import { parseJson } from './json.ts';
import type { HttpRequest, Transport } from './transport.ts';

/** A GraphQL query. */
export interface Operation {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What Infrahub's logs call it. */
  readonly tracker: string;
  /** The moment to read at, Unix milliseconds; without it, now. */
  readonly atMs?: number | undefined;
}

/** Told of every request. */
export interface RequestStats {
  sent(): void;
  succeeded(): void;
  failed(reason: FaultReason): void;
}

export interface ClientOptions {
  readonly config: Config['infrahub'];
  readonly transport: Transport;
  /** Bounds the requests under way. */
  readonly gate: Gate;
  readonly stats: RequestStats;
  readonly clock: Clock;
}

/** A request that is refused for now is repeated this often at most. */
const ATTEMPTS = 4;
/** A server that wants to be left alone for longer gets another round instead. */
const LONGEST_WAIT_MS = 60_000;

type Path = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
};
type Content = { readonly headers: Readonly<Record<string, string>>; readonly body?: string | undefined };

/** Infrahub's API, for one branch. Every failure is an {@link InfrahubError}, or the signal's reason. */
export class InfrahubClient {
  readonly #options: ClientOptions;
  readonly #credentials: Credentials;
  /** How far the server's clock is ahead of ours, in milliseconds. */
  #serverAheadMs = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#credentials = credentialsOf(options.config, this.#postToAuth);
  }

  /** The time as the server's last answer told it, Unix milliseconds: never in its future, at most a second old. */
  get serverNowMs(): number {
    return this.#options.clock.now() + this.#serverAheadMs;
  }

  /** Asks a GraphQL query. @returns its `data`, complete: an answer with errors is a failure as a whole */
  async graphql(operation: Operation, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const { document, variables, tracker, atMs } = operation;
    const path: Path = {
      method: 'POST',
      path: `/graphql/${encodeURIComponent(this.#options.config.branch)}`,
      ...(atMs !== undefined && { query: { at: new Date(atMs).toISOString() } }),
    };
    const client = new GraphQLClient(this.#urlOf(path).href, {
      errorPolicy: 'all',
      jsonSerializer: { parse: parseJson, stringify: JSON.stringify },
      fetch: this.#fetchAs(path, signal),
    });
    const { data, errors } = await this.#counted(async () => {
      try {
        return await client.rawRequest<Readonly<Record<string, unknown>> | null>(document, variables, {
          'X-Infrahub-Tracker': tracker,
        });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof InfrahubError) throw error;
        throw new InfrahubError('protocol', `${tracker}: the answer is no GraphQL result`);
      }
    }, signal);
    if (errors === undefined && data) return data;
    const error = new InfrahubError(reasonOfErrors(errors), `${tracker}: ${messagesOf(errors) || 'no data'}`);
    this.#options.stats.failed(error.reason);
    throw error;
  }

  /** Reads from the REST API. @returns the answer, parsed */
  async rest(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    const place: Path = { method: 'GET', path, query };
    return this.#counted(async () => {
      const { body } = await this.#exchange(place, { headers: {} }, signal);
      return jsonOf(body, path);
    }, signal);
  }

  /** Counts what failed in the end; what worked is counted where it did. */
  async #counted<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!signal.aborted) this.#options.stats.failed(reasonOf(error));
      throw error;
    }
  }

  /** graphql-request speaks to a `fetch`; of the response it uses no more than this. */
  #fetchAs(path: Path, signal: AbortSignal): typeof fetch {
    return async (_url, init) => {
      const headers = Object.fromEntries(new Headers(init?.headers ?? {}));
      const answer = await this.#exchange(path, { headers, body: init?.body as string }, signal);
      const response: Pick<Response, 'ok' | 'status' | 'headers' | 'text'> = {
        ok: true,
        status: answer.status,
        headers: new Headers({ 'content-type': answer.header('content-type') ?? '' }),
        text: async () => answer.body,
      };
      return response as Response;
    };
  }

  /** One request with our credentials, repeated while the server says that it is only for now. */
  async #exchange(path: Path, content: Content, signal: AbortSignal): Promise<HttpAnswer> {
    const backoff = createBackoff({ initialMs: 500, maxMs: 8_000, jitter: 0.5 });
    let leastMs = 0;
    return retry((until) => this.#asOurselves(path, content, until), {
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

  async #asOurselves(path: Path, content: Content, signal: AbortSignal): Promise<HttpAnswer> {
    const attempt = async (): Promise<HttpAnswer> => {
      const headers = { ...content.headers, ...(await this.#credentials.headers(signal)) };
      return this.#once(path, { ...content, headers }, signal);
    };
    try {
      return await attempt();
    } catch (error) {
      const isRefused = error instanceof InfrahubError && error.reason === 'auth';
      if (!isRefused || !(await this.#credentials.renew(signal))) throw error;
      return attempt();
    }
  }

  /** One request and its answer, within the time there is. */
  #once(path: Path, { headers, body }: Content, signal: AbortSignal): Promise<HttpAnswer> {
    const { transport, gate, config, stats, clock } = this.#options;
    const what = `${path.method} ${path.path}`;
    const request: HttpRequest = {
      method: path.method,
      url: this.#urlOf(path),
      headers: { accept: 'application/json', ...headers },
      body,
    };
    return gate.run(async () => {
      stats.sent();
      const answer = await withDeadline(config.timeout_seconds * 1000, (until) => transport.send(request, until), {
        what,
        signal,
        clock,
      }).catch((error: unknown) => {
        if (error instanceof DeadlineExceededError) throw new InfrahubError('timeout', error.message);
        throw error;
      });
      this.#noteTime(answer);
      checkAnswer(answer, what, this.serverNowMs);
      stats.succeeded();
      return answer;
    }, signal);
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

  #noteTime(answer: HttpAnswer): void {
    const serverMs = Date.parse(answer.header('date') ?? '');
    if (!Number.isNaN(serverMs)) this.#serverAheadMs = serverMs - this.#options.clock.now();
  }

  #urlOf({ path, query = {} }: Path): URL {
    const url = new URL(this.#options.config.address.replace(/\/+$/, '') + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }
}

function jsonOf(body: string, what: string): unknown {
  try {
    return parseJson(body);
  } catch (cause) {
    throw new InfrahubError('protocol', `${what}: no valid JSON`, { cause });
  }
}

const REASONS_OF_CODES: Readonly<Record<string, FaultReason>> = {
  AUTHENTICATION_REQUIRED: 'auth',
  TOKEN_EXPIRED: 'auth',
  PERMISSION_DENIED: 'forbidden',
  BRANCH_NOT_FOUND: 'not_found',
  SCHEMA_NOT_FOUND: 'schema',
};

function reasonOfErrors(errors: unknown): FaultReason {
  const [first] = Array.isArray(errors) ? (errors as unknown[]) : [];
  const { extensions } = (first ?? {}) as { extensions?: { code?: unknown } };
  return REASONS_OF_CODES[String(extensions?.code)] ?? 'graphql';
}
