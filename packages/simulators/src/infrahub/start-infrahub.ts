import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type Clock, systemClock } from '../clock.ts';
import { loopbackIdentity } from '../self-signed.ts';
import { Accounts } from './accounts.ts';
import { dataCentre } from './data-centre.ts';
import { FaultPlan, type FaultTarget, type InfrahubFault, type InfrahubFaults } from './faults.ts';
import { InfrahubLedger } from './ledger.ts';
import { DATA_CENTRE, type KindModel } from './model.ts';
import { errorAnswer, faultyAnswer, type GraphqlBody, InfrahubService, type ServiceAnswer } from './service.ts';
import { BranchStore, type StoredNode } from './store.ts';

/** Settings of {@link startInfrahub}. */
export interface InfrahubOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one, which stays the same. */
  readonly port?: number;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  /** Default: a small data centre. */
  readonly kinds?: readonly KindModel[];
  /** Nodes of the branch `main`. Default: five devices and what belongs to them. */
  readonly nodes?: readonly StoredNode[];
  /** Further branches, which start with the nodes of `main`. */
  readonly branches?: readonly string[];
  /** The most nodes that one answer has, whatever the limit says. */
  readonly maxPage?: number;
  /** Speaks HTTPS with a self-signed certificate; with `client`, asks for a certificate of the same authority. */
  readonly tls?: 'server' | 'client';
  readonly clock?: Clock;
}

/** An Infrahub with a real GraphQL engine, which remembers what it was asked, and can be made to fail. */
export interface SimulatedInfrahub extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  /** With TLS: its certificate, which is its authority and good for a client as well, and its key. */
  readonly certificatePem: string | undefined;
  readonly privateKeyPem: string | undefined;
  readonly ledger: InfrahubLedger;
  readonly faults: InfrahubFaults;
  /** The nodes of a branch. @throws {RangeError} when there is none of that name */
  branch(name?: string): BranchStore;
  changeSchema(kinds: readonly KindModel[]): void;
  readonly kinds: readonly KindModel[];
  stop(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;

/** Starts an Infrahub. */
export async function startInfrahub(options: InfrahubOptions = {}): Promise<SimulatedInfrahub> {
  const infrahub = new Infrahub(options);
  await infrahub.listenAgain();
  return infrahub;
}

class Infrahub implements SimulatedInfrahub, InfrahubFaults {
  certificatePem: string | undefined;
  privateKeyPem: string | undefined;
  readonly ledger = new InfrahubLedger();
  readonly #options: InfrahubOptions;
  readonly #clock: Clock;
  readonly #service: InfrahubService;
  readonly #accounts: Accounts;
  readonly #plan = new FaultPlan();
  readonly #sockets = new Set<Socket>();
  readonly #host: string;
  #port: number;
  #server: Server | undefined;

  constructor(options: InfrahubOptions) {
    const { kinds = DATA_CENTRE, nodes = dataCentre(), branches = [], clock = systemClock } = options;
    const { token = 'simulated-token', username = 'exporter', password = 'secret' } = options;
    this.#options = options;
    this.#clock = clock;
    this.#host = options.host ?? '127.0.0.1';
    this.#port = options.port ?? 0;
    const first = new Map(nodes.map((node) => [node.id, node]));
    const stores = ['main', ...branches].map((name) => [name, new BranchStore(name, clock, first)] as const);
    this.#service = new InfrahubService(kinds, new Map(stores));
    this.#accounts = new Accounts(token, username, password);
  }

  get url(): string {
    return `${this.#options.tls === undefined ? 'http' : 'https'}://${this.#host}:${this.#port}`;
  }

  get token(): string {
    return this.#accounts.token;
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

  expireLogins(): void {
    this.#accounts.expire();
  }

  changeToken(token: string): void {
    this.#accounts.token = token;
  }

  async listenAgain(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = await this.#create();
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: this.#host, port: this.#port }, resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  stop(): Promise<void> {
    return this.refuse();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #create(): Promise<Server> {
    const handle = (request: IncomingMessage, response: ServerResponse): void => void this.#handle(request, response);
    if (this.#options.tls === undefined) return createServer(handle);
    const { certificatePem: cert, privateKeyPem: key } = await loopbackIdentity();
    this.certificatePem = cert;
    this.privateKeyPem = key;
    const isMutual = this.#options.tls === 'client';
    return createTlsServer({ cert, key, ca: cert, requestCert: isMutual, rejectUnauthorized: isMutual }, handle);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const text = await bodyOf(request);
    const body = parsed(text) as Partial<GraphqlBody> & Record<string, unknown>;
    this.ledger.opened({
      method: request.method ?? '',
      path: pathname,
      at: searchParams.get('at') ?? undefined,
      headers: request.headers,
      query: body.query ?? '',
      operationName: body.operationName,
      variables: body.variables ?? {},
      atMs: this.#clock.now(),
    });
    response.once('close', () => this.ledger.closed());
    const fault = this.#plan.take(pathname, body.query ?? '');
    if (fault?.kind === 'drop') return void request.socket.destroy();
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'delay') await new Promise((resolve) => this.#clock.after(fault.ms, () => resolve(undefined)));
    const write = (status: number, headers: Readonly<Record<string, string>>, content: string): void => {
      response.writeHead(status, { date: new Date(this.#clock.now()).toUTCString(), ...headers }).end(content);
    };
    if (fault?.kind === 'answer') {
      const content = fault.body ?? JSON.stringify(errorAnswer(fault.status, 'planned').body);
      return write(fault.status, { 'content-type': 'application/json', ...fault.headers }, content);
    }
    const right = await this.#answer(request, pathname, body, searchParams);
    const { status, body: answer } = fault === undefined ? right : faultyAnswer(fault, right);
    write(status, { 'content-type': 'application/json' }, JSON.stringify(answer));
  }

  async #answer(
    { method, headers }: IncomingMessage,
    path: string,
    body: Partial<GraphqlBody> & Record<string, unknown>,
    search: URLSearchParams,
  ): Promise<ServiceAnswer> {
    if (path.startsWith('/api/auth/')) return this.#authenticate(path, headers, body);
    const refusal = this.#accounts.refusalOf(headers);
    if (refusal !== undefined) return errorAnswer(401, refusal);
    if (path.startsWith('/api/')) return this.#service.rest(path, search.get('branch') ?? 'main');
    const branch = /^\/graphql(?:\/(?<branch>.+))?$/.exec(path)?.groups;
    if (branch === undefined) return errorAnswer(404, 'Not Found');
    if (method !== 'POST') return errorAnswer(405, 'Method Not Allowed');
    if (!/^application\/json\b/.test(headers['content-type'] ?? '') || typeof body.query !== 'string') {
      return { status: 400, body: { errors: ['Provide query data'] } };
    }
    const limit = this.#limited(body.variables);
    const query = { query: body.query, variables: limit, operationName: body.operationName };
    const at = search.get('at') ?? undefined;
    const answer = await this.#service.graphql(decodeURIComponent(branch['branch'] ?? 'main'), query, at);
    const { errors } = answer.body as { errors?: { message?: string }[] };
    for (const { message } of errors ?? []) this.ledger.invalid.push(message ?? '');
    return answer;
  }

  #authenticate(path: string, headers: IncomingHttpHeaders, body: Readonly<Record<string, unknown>>): ServiceAnswer {
    const isLogin = path === '/api/auth/login';
    if (isLogin) this.ledger.logins += 1;
    else this.ledger.refreshes += 1;
    const pair = isLogin ? this.#accounts.login(body['username'], body['password']) : this.#accounts.refresh(headers);
    return pair === undefined ? errorAnswer(401, 'Invalid credentials') : { status: 200, body: pair };
  }

  /** A server with a limit of its own gives less than is asked for. */
  #limited(variables: GraphqlBody['variables'] = {}): GraphqlBody['variables'] {
    const { maxPage } = this.#options;
    const { limit } = variables;
    return maxPage === undefined || limit === undefined
      ? variables
      : { ...variables, limit: Math.min(Number(limit), maxPage) };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return '';
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
