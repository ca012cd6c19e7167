import { GraphQLClient } from 'graphql-request';
import { ownTurn } from '../slices.ts';
import { messagesOf } from './answer.ts';
import { isRecord } from './connection.ts';
import { InfrahubError } from './errors.ts';
import { reasonOfErrors, wasNeverRun } from './graphql-errors.ts';
import { parseJson, stringifyJson } from './json.ts';
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

  /** The time as the server knows it, Unix milliseconds. */
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

  async #ask(place: Place, operation: Operation, signal: AbortSignal, isRenewed = false): Promise<Data> {
    const { document, variables, tracker } = operation;
    const client = new GraphQLClient(this.#requests.urlOf(place).href, {
      // With errors thrown, the library would write the whole answer into their messages.
      errorPolicy: 'all',
      // For the name it would parse the query again with every page.
      excludeOperationName: true,
      jsonSerializer: { parse: parseResult, stringify: stringifyJson },
      fetch: this.#fetchFrom(place, signal),
    });
    const headers = { Accept: 'application/json', 'X-Infrahub-Tracker': asHeader(tracker) };
    const { data, errors } = await client
      .rawRequest<Data | null>(document, variables, headers)
      .catch((error: unknown) => {
        signal.throwIfAborted();
        if (error instanceof InfrahubError) throw error;
        const cause = error instanceof SyntaxError ? error : undefined;
        throw new InfrahubError('protocol', `${tracker}: the answer is no GraphQL result`, { cause });
      });
    if (errors === undefined && data) return data;
    const reason = reasonOfErrors(errors);
    // A login that has expired may be told of under a status of success.
    if (reason === 'auth' && !isRenewed && (await this.#requests.renew(signal))) {
      this.#options.stats.failed(reason);
      return this.#ask(place, operation, signal, true);
    }
    throw new InfrahubError(reason, `${tracker}: ${messagesOf(errors) || 'no data'}`, {
      isPermanent: wasNeverRun(errors) || undefined,
    });
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
        // That it is JSON has been looked at; the library knows fewer names for it.
        headers: new Headers({ 'content-type': 'application/json' }),
        text: async () => answer.body,
      };
      return response as Response;
    };
  }
}

/** An answer; a list of errors that has none, or is null, is as good as none. */
function parseResult(text: string): unknown {
  const result = parseJson(text);
  if (!isRecord(result) || !('errors' in result)) return result;
  const { errors, ...others } = result;
  return errors === null || (Array.isArray(errors) && errors.length === 0) ? others : result;
}

/** Headers are ASCII; a query may be called otherwise. */
function asHeader(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '_');
}
