import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer, type ServerOptions } from 'node:https';
import { type Clock, systemClock } from '@device-exporters/retry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeError } from '../log/describe-error.ts';
import type { Log } from '../log/log.ts';
import { BasicAuth } from './basic-auth.ts';
import { clientFault } from './client-certificate.ts';
import { TokenBucket } from './token-bucket.ts';
import { WatchedFiles } from './watched-files.ts';
import type { WebConfig, WebSource, WebTls } from './web-config.ts';

/** A changed web configuration that a running server cannot take over. */
export class RestartNeededError extends Error {}

/** What a web configuration asks of servers, kept up to date with its files. */
export class Protection {
  readonly #source: WebSource;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #tlsServers: HttpsServer[] = [];
  readonly #watched: WatchedFiles;
  #config: WebConfig;
  #auth: BasicAuth | undefined;
  #bucket: TokenBucket | undefined;

  constructor(source: WebSource, log: Log, clock: Clock = systemClock) {
    this.#source = source;
    this.#log = log;
    this.#clock = clock;
    this.#config = source.config;
    this.#watched = new WatchedFiles(source.config.files, clock);
    this.#auth = authOf(source.config);
    this.#bucket = bucketOf(source.config, clock);
  }

  get isTls(): boolean {
    return this.#config.tls !== undefined;
  }

  /** A server, HTTPS where there is TLS. It looks after the files with every new connection. */
  createServer(handler: RequestListener): Server | HttpsServer {
    const { tls } = this.#config;
    if (tls === undefined) return createHttpServer(handler);
    const server = createHttpsServer(serverOptions(tls), handler);
    this.#tlsServers.push(server);
    // First of all listeners: the handshake to come has the certificate of now, and a client turned away no request.
    server.prependListener('connection', () => this.refresh());
    server.prependListener('secureConnection', (socket) => {
      const fault = this.#config.tls === undefined ? undefined : clientFault(socket, this.#config.tls);
      if (fault === undefined) return;
      this.#log.warn({ client: socket.remoteAddress, reason: fault }, 'client turned away');
      socket.destroy();
    });
    return server;
  }

  /** Stands before every route: sets headers, and answers those that may not go on. */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    this.refresh();
    reply.headers(this.#config.headers);
    if (this.#bucket?.take() === false) return refuse(reply, 429, 'Too Many Requests');
    const result = await this.#auth?.check(request.headers.authorization);
    if (result === 'busy') return refuse(reply.header('retry-after', '1'), 429, 'Too Many Requests');
    if (result === 'refused') return refuse(reply.header('www-authenticate', 'Basic'), 401, 'Unauthorized');
    return undefined;
  }

  /** Reads the files again if one of them has changed. What cannot be used changes nothing but the log. */
  refresh(): void {
    if (!this.#watched.haveChanged()) return;
    try {
      this.replace(this.#source.read());
      this.#log.info({ file: this.#config.path }, 'web configuration reloaded');
    } catch (error) {
      this.#log.error({ err: describeError(error) }, 'web configuration cannot be used; the old one stays');
    }
  }

  /**
   * Takes over a web configuration, for connections and requests to come.
   *
   * @throws {RestartNeededError} and changes nothing, when TLS, or the asking for client certificates, would begin or end,
   *   or the asking for passwords would end
   */
  replace(next: WebConfig): void {
    const old = this.#config;
    const fault = restartFault(old, next);
    if (fault !== undefined) throw new RestartNeededError(`${next.path}: ${fault} with a restart only`);
    if (next.tls !== undefined) for (const server of this.#tlsServers) server.setSecureContext(next.tls.context);
    // What is the same goes on: remembered passwords, and the requests of the latest second.
    if (!haveSameUsers(old, next)) this.#auth = authOf(next);
    if (!haveSameLimit(old, next)) this.#bucket = bucketOf(next, this.#clock);
    this.#config = next;
    this.#watched.watch(next.files);
  }
}

function authOf({ users }: WebConfig): BasicAuth | undefined {
  return users.size === 0 ? undefined : new BasicAuth(users);
}

function bucketOf({ rateLimit }: WebConfig, clock: Clock): TokenBucket | undefined {
  return rateLimit === undefined ? undefined : new TokenBucket(rateLimit, clock);
}

function serverOptions({ context, clientAuthType }: WebTls): ServerOptions {
  return { ...context, requestCert: clientAuthType !== 'NoClientCert', rejectUnauthorized: false };
}

function refuse(reply: FastifyReply, code: number, text: string): FastifyReply {
  return reply.code(code).type('text/plain; charset=utf-8').send(`${text}\n`);
}

function restartFault(old: WebConfig, next: WebConfig): string | undefined {
  if ((old.tls === undefined) !== (next.tls === undefined)) return 'TLS begins or ends';
  const asks = ({ tls }: WebConfig): boolean => (tls?.clientAuthType ?? 'NoClientCert') !== 'NoClientCert';
  if (asks(old) !== asks(next)) return 'asking for client certificates begins or ends';
  // A file that is being written is empty for a moment, and empty means open to everybody.
  return old.users.size > 0 && next.users.size === 0 ? 'asking for passwords ends' : undefined;
}

function haveSameUsers({ users: old }: WebConfig, { users: next }: WebConfig): boolean {
  return old.size === next.size && [...next].every(([name, hash]) => old.get(name)?.equals(hash) === true);
}

function haveSameLimit({ rateLimit: old }: WebConfig, { rateLimit: next }: WebConfig): boolean {
  return old?.burst === next?.burst && old?.intervalMs === next?.intervalMs;
}
