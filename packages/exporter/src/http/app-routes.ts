import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { refuseOtherMethods } from './server.ts';

/** A path that an app answers besides those that all have. */
export interface AppRoute {
  /** A `*` at the end stands for the rest of the path. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** What the page at `/` calls it; without it, it is not linked there. */
  readonly title?: string;
}

/** What somebody asks an app. The body of a POST is read and dropped: what may have come is a hint, never data. */
export interface RouteRequest {
  /** Decoded, without the query. */
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** What an app answers. */
export interface RouteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Adds an app's own paths to a server. */
export function addAppRoutes(
  server: FastifyInstance,
  routes: readonly AppRoute[],
  answer: (request: RouteRequest) => Promise<RouteAnswer> | RouteAnswer,
): void {
  server.register((own, _options, ready) => {
    own.removeAllContentTypeParsers();
    own.addContentTypeParser('*', (_request, payload, done) => {
      payload.once('end', () => done(null)).once('error', done);
      payload.resume();
    });
    for (const { path, method } of routes) {
      own.route({
        method,
        url: path,
        handler: async (request, reply) => {
          const { pathname } = new URL(request.url, 'http://localhost');
          const given = await answer({ path: decoded(pathname), method: request.method, headers: request.headers });
          return reply
            .code(given.status)
            .headers({ 'content-type': 'text/plain; charset=utf-8', ...given.headers })
            .send(given.body);
        },
      });
      refuseOtherMethods(own, path, method === 'GET' ? ['GET', 'HEAD'] : [method]);
    }
    ready();
  });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
