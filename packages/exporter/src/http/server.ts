import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type HTTPMethods } from 'fastify';
import { describeError } from '../log/describe-error.ts';
import type { Log } from '../log/log.ts';
import { addressText, type ListenAddress } from './listen-address.ts';
import type { OpenSockets } from './open-sockets.ts';

/** A server could not take its address. */
export class ListenError extends Error {}

/** Longer than Prometheus keeps an idle connection (5 minutes): who closes first must not be us, amid a scrape. */
const KEEP_ALIVE_MS = 310_000;

const REQUEST_TIMEOUT_MS = 30_000;

const OTHER_METHODS: HTTPMethods[] = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What stands between a server and its clients. */
export interface Guard {
  /** A server for the handler: HTTPS where TLS is asked for. */
  createServer(handler: RequestListener): Server;
  /** Before every request; a reply means that it goes no further. */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>;
}

/** A fastify instance with what all servers of an exporter share. @param guard none: plain HTTP for everybody */
export function createServer(log: Log, sockets: OpenSockets, guard?: Guard): FastifyInstance {
  const server = fastify<Server>({
    serverFactory: (handler: RequestListener) => {
      const created = withTimeouts(guard?.createServer(handler) ?? createHttpServer(handler));
      sockets.watch(created);
      return created;
    },
    bodyLimit: 64 * 1024,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    logger: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  });
  server.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff');
    done();
  });
  if (guard !== undefined) server.addHook('onRequest', (request, reply) => guard.admit(request, reply));
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).type('text/plain; charset=utf-8').send('404 page not found\n'),
  );
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const code = error.statusCode ?? 500;
    if (code >= 500) log.error({ err: error, path: request.url }, 'request failed');
    return reply
      .code(code)
      .type('text/plain; charset=utf-8')
      .send(`${code >= 500 ? 'internal error' : error.message}\n`);
  });
  return server;
}

/** What fastify does itself for the servers that it creates. */
function withTimeouts(server: Server): Server {
  return Object.assign(server, { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS });
}

/** Given its own compilers, fastify does not load the ones it brings, which are larger than all the rest of it. */
function noSchemas(): never {
  throw new Error('no route of an exporter has a schema');
}

/** Answers the methods that a path has no use for with 405 and the ones it has. */
export function refuseOtherMethods(server: FastifyInstance, path: string, allowed: readonly HTTPMethods[]): void {
  const method = [...OTHER_METHODS, 'GET' as const, 'HEAD' as const].filter((name) => !allowed.includes(name));
  server.route({
    method,
    url: path,
    exposeHeadRoute: false,
    handler: (_request, reply) =>
      reply
        .code(405)
        .header('allow', allowed.join(', '))
        .type('text/plain; charset=utf-8')
        .send('method not allowed\n'),
  });
}

/**
 * Starts a server on each address.
 *
 * @returns the addresses it listens on: port 0 has become a port
 * @throws {ListenError} when an address cannot be taken
 */
export async function listenOn(server: FastifyInstance, address: ListenAddress): Promise<ListenAddress> {
  try {
    await server.listen(address);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // A machine without IPv6 still has "every address".
    if (address.host === '::' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')) {
      return listenOn(server, { ...address, host: '0.0.0.0' });
    }
    throw new ListenError(`cannot listen on ${addressText(address)}: ${describeError(cause)}`, { cause });
  }
  const { address: host, port } = server.server.address() as AddressInfo;
  return { host, port };
}
