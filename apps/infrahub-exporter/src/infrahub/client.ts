import { GraphQLClient } from 'graphql-request';
import { ownTurn } from '../slices.ts';
import { messagesOf } from './answer.ts';
import { type FaultReason, InfrahubError } from './errors.ts';
import { parseJson } from './json.ts';
import { jsonOf, type Place, type RequestOptions, Requests } from './requests.ts';

/** A GraphQL query. */
export interface Operation {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What Infrahub's logs call it. */
  readonly tracker: string;
  /** The moment to read at, Unix milliseconds; without it, now. */
  readonly atMs?: number | undefined;
}

type Data = Readonly<Record<string, unknown>>;

/** Infrahub's API, for one branch. Every failure is an {@link InfrahubError}, counted, or the signal's reason. */
export class InfrahubClient {
  readonly #options: RequestOptions;
  readonly #requests: Requests;
  readonly #counted = new WeakSet<InfrahubError>();

  constructor(options: RequestOptions) {
    this.#options = options;
    this.#requests = new Requests(options);
  }

  /** The time as the server's last answer told it, Unix milliseconds. */
  get serverNowMs(): number {
    return this.#requests.serverNowMs;
  }

  /** Asks a GraphQL query. @returns its `data`, complete: an answer with errors is a failure as a whole */
  async graphql(operation: Operation, signal: AbortSignal): Promise<Data> {
    const { atMs } = operation;
    const place: Place = {
      method: 'POST',
      path: `/graphql/${encodeURIComponent(this.#options.config.branch)}`,
      ...(atMs !== undefined && { query: { at: new Date(atMs).toISOString() } }),
    };
    return this.#counting(() => this.#ask(place, operation, signal), signal);
  }

  /** Counts a failure, once: that of a request, or of somebody who can make nothing of an answer. */
  count(error: unknown): void {
    if (!(error instanceof InfrahubError) || this.#counted.has(error)) return;
    this.#counted.add(error);
    this.#options.stats.failed(error.reason);
  }

  /** Reads from the REST API. @returns the answer, parsed */
  async rest(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    return this.#counting(async () => {
      const { body } = await this.#requests.send({ method: 'GET', path, query }, { headers: {} }, signal);
      return jsonOf(body, path);
    }, signal);
  }

  async #ask(place: Place, { document, variables, tracker }: Operation, signal: AbortSignal): Promise<Data> {
    const client = new GraphQLClient(this.#requests.urlOf(place).href, {
      // With errors thrown, the library would write the whole answer into their messages.
      errorPolicy: 'all',
      jsonSerializer: { parse: parseJson, stringify: JSON.stringify },
      fetch: this.#fetchFrom(place, signal),
    });
    const headers = { Accept: 'application/json', 'X-Infrahub-Tracker': tracker };
    const { data, errors } = await client
      .rawRequest<Data | null>(document, variables, headers)
      .catch((error: unknown) => {
        signal.throwIfAborted();
        if (error instanceof InfrahubError) throw error;
        throw new InfrahubError('protocol', `${tracker}: the answer is no GraphQL result`);
      });
    if (errors === undefined && data) return data;
    throw new InfrahubError(reasonOfErrors(errors), `${tracker}: ${messagesOf(errors) || 'no data'}`);
  }

  /** What failed in the end is counted here; what was repeated, where that was done. */
  async #counting<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!signal.aborted) this.count(error);
      throw error;
    }
  }

  /** graphql-request speaks to a `fetch`; of the response it uses no more than this. */
  #fetchFrom(place: Place, signal: AbortSignal): typeof fetch {
    return async (_url, init) => {
      const headers = Object.fromEntries(new Headers(init?.headers ?? {}));
      const answer = await this.#requests.send(place, { headers, body: init?.body as string }, signal);
      // Several answers may have come at once; each is parsed in a turn of its own.
      await ownTurn();
      const response: Pick<Response, 'ok' | 'status' | 'headers' | 'text'> = {
        ok: true,
        status: answer.status,
        headers: new Headers({ 'content-type': answer.header('content-type') ?? '' }),
        text: async () => answer.body,
      };
      return response as Response;
    };
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
