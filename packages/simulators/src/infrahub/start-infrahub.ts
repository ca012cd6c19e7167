import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, systemClock } from '../clock.ts';
import { Accounts } from './accounts.ts';
import { dataCentre } from './data-centre.ts';
import { FaultPlan, type FaultTarget, type InfrahubFault, type InfrahubFaults } from './faults.ts';
import { Front, type FrontRequest } from './front.ts';
import { InfrahubLedger } from './ledger.ts';
import { DATA_CENTRE, type KindModel } from './model.ts';
import type { InfrahubOptions, SimulatedInfrahub } from './options.ts';
import { Port } from './port.ts';
import { jsonBodyOf } from './request-body.ts';
import { errorAnswer, faultyAnswer, InfrahubService } from './service.ts';
import { BranchStore } from './store.ts';

/** Starts an Infrahub. */
export async function startInfrahub(options: InfrahubOptions = {}): Promise<SimulatedInfrahub> {
  const infrahub = new Infrahub(options);
  await infrahub.listenAgain();
  return infrahub;
}

class Infrahub implements SimulatedInfrahub, InfrahubFaults {
  readonly ledger = new InfrahubLedger();
  readonly #clock: Clock;
  readonly #service: InfrahubService;
  readonly #accounts: Accounts;
  readonly #front: Front;
  readonly #plan = new FaultPlan();
  readonly #port: Port;
  readonly #origin: string;

  constructor(options: InfrahubOptions) {
    const { kinds = DATA_CENTRE, nodes = dataCentre(), branches = [], clock = systemClock } = options;
    const { token = 'simulated-token', username = 'exporter', password = 'secret' } = options;
    const { host = '127.0.0.1', port = 0, tls, maxPage } = options;
    this.#clock = clock;
    const first = new Map(nodes.map((node) => [node.id, node]));
    const stores = ['main', ...branches].map((name) => [name, new BranchStore(name, clock, first)] as const);
    this.#service = new InfrahubService(kinds, new Map(stores));
    this.#accounts = new Accounts(token, username, password);
    this.#front = new Front(this.#service, this.#accounts, this.ledger, maxPage);
    this.#port = new Port(host, port, tls, (request, response) => void this.#handle(request, response));
    this.#origin = `${tls === undefined ? 'http' : 'https'}://${host}`;
  }

  get url(): string {
    return `${this.#origin}:${this.#port.number}`;
  }

  get token(): string {
    return this.#accounts.token;
  }

  get certificatePem(): string | undefined {
    return this.#port.certificatePem;
  }

  get privateKeyPem(): string | undefined {
    return this.#port.privateKeyPem;
  }

  get faults(): InfrahubFaults {
    return this;
  }

  get kinds(): readonly KindModel[] {
    return this.#service.kinds;
  }

  branch(name = 'main'): BranchStore {
    const branch = this.#service.branches.get(name);
    if (branch === undefined) throw new RangeError(`no branch ${name}`);
    return branch;
  }

  changeSchema(kinds: readonly KindModel[]): void {
    this.#service.changeSchema(kinds);
  }

  next(fault: InfrahubFault, times = 1, target?: FaultTarget): void {
    this.#plan.add(fault, times, target);
  }

  always(fault: InfrahubFault, target?: FaultTarget): void {
    this.#plan.add(fault, Number.POSITIVE_INFINITY, target);
  }

  clear(): void {
    this.#plan.clear();
  }

  expireLogins(options?: { readonly withRefreshTokens?: boolean }): void {
    this.#accounts.expire(options);
  }

  changeToken(token: string): void {
    this.#accounts.token = token;
  }

  listenAgain(): Promise<void> {
    return this.#port.open();
  }

  refuse(): Promise<void> {
    return this.#port.close();
  }

  stop(): Promise<void> {
    return this.#port.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: search } = new URL(request.url ?? '/', 'http://localhost');
    const { method = '', headers } = request;
    const body = await jsonBodyOf(request);
    const query = typeof body['query'] === 'string' ? body['query'] : '';
    this.ledger.opened({
      method,
      path,
      at: search.get('at') ?? undefined,
      headers,
      query,
      operationName: body['operationName'] as string | undefined,
      variables: (body['variables'] ?? {}) as Record<string, unknown>,
      atMs: this.#clock.now(),
    });
    response.once('close', () => this.ledger.closed());
    const fault = this.#plan.take(path, query);
    if (fault?.kind === 'drop') request.socket.destroy();
    else if (fault?.kind !== 'hang') await this.#answer({ method, path, search, headers, body }, fault, response);
  }

  async #answer(request: FrontRequest, fault: InfrahubFault | undefined, response: ServerResponse): Promise<void> {
    if (fault?.kind === 'delay') await new Promise((resolve) => this.#clock.after(fault.ms, () => resolve(undefined)));
    const date = new Date(this.#clock.now()).toUTCString();
    if (fault?.kind === 'answer') {
      const content = fault.body ?? JSON.stringify(errorAnswer(fault.status, 'planned').body);
      response.writeHead(fault.status, { date, 'content-type': 'application/json', ...fault.headers }).end(content);
      return;
    }
    const right = await this.#front.answer(request);
    const { status, body } = fault === undefined ? right : faultyAnswer(fault, right);
    response.writeHead(status, { date, 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}
