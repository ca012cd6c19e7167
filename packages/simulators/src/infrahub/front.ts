import type { IncomingHttpHeaders } from 'node:http';
import type { Accounts } from './accounts.ts';
import type { InfrahubLedger } from './ledger.ts';
import { errorAnswer, type InfrahubService, type ServiceAnswer } from './service.ts';

/** A request, taken apart. */
export interface FrontRequest {
  readonly method: string;
  readonly path: string;
  readonly search: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Who may come in, and where to: authentication, then REST or GraphQL. */
export class Front {
  readonly #service: InfrahubService;
  readonly #accounts: Accounts;
  readonly #ledger: InfrahubLedger;
  readonly #maxPage: number | undefined;

  constructor(service: InfrahubService, accounts: Accounts, ledger: InfrahubLedger, maxPage: number | undefined) {
    this.#service = service;
    this.#accounts = accounts;
    this.#ledger = ledger;
    this.#maxPage = maxPage;
  }

  async answer(request: FrontRequest): Promise<ServiceAnswer> {
    const { path, search, headers } = request;
    if (path.startsWith('/api/auth/')) return this.#authenticate(request);
    const refusal = this.#accounts.refusalOf(headers);
    if (refusal !== undefined) return errorAnswer(401, refusal);
    if (path.startsWith('/api/')) return this.#service.rest(path, search.get('branch') ?? 'main');
    const branch = /^\/graphql(?:\/(?<branch>.+))?$/.exec(path)?.groups;
    return branch === undefined ? errorAnswer(404, 'Not Found') : this.#graphql(branch['branch'] ?? 'main', request);
  }

  async #graphql(branch: string, { method, headers, body, search }: FrontRequest): Promise<ServiceAnswer> {
    if (method !== 'POST') return errorAnswer(405, 'Method Not Allowed');
    const { query, operationName } = body;
    if (!/^application\/json\b/.test(headers['content-type'] ?? '') || typeof query !== 'string') {
      return { status: 400, body: { errors: ['Provide query data'] } };
    }
    const asked = {
      query,
      variables: this.#limited((body['variables'] ?? {}) as Record<string, unknown>),
      operationName: operationName as string | undefined,
    };
    const at = search.get('at') ?? undefined;
    const answer = await this.#service.graphql(decodeURIComponent(branch), asked, at);
    const { errors } = answer.body as { errors?: { message?: string }[] };
    for (const { message } of errors ?? []) this.#ledger.invalid.push(message ?? '');
    return answer;
  }

  #authenticate({ path, headers, body }: FrontRequest): ServiceAnswer {
    const isLogin = path === '/api/auth/login';
    if (isLogin) this.#ledger.logins += 1;
    else this.#ledger.refreshes += 1;
    const pair = isLogin ? this.#accounts.login(body['username'], body['password']) : this.#accounts.refresh(headers);
    return pair === undefined ? errorAnswer(401, 'Invalid credentials') : { status: 200, body: pair };
  }

  /** A server with a limit of its own gives less than is asked for. */
  #limited(variables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { limit } = variables;
    if (this.#maxPage === undefined || limit === undefined) return variables;
    return { ...variables, limit: Math.min(Number(limit), this.#maxPage) };
  }
}
