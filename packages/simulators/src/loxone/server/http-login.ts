import type { IncomingMessage } from 'node:http';
import type { Core } from './core.ts';

/**
 * Decides who may read over HTTP: Basic credentials in UTF-8, or `?autht={token hash}&user={user}` (PROTOCOL §2).
 *
 * @returns the status: 200, 401 (wrong or no credentials), 403 (address blocked) or 423 (user disabled)
 */
export function authorize(core: Core, request: IncomingMessage, query: URLSearchParams): number {
  const address = request.socket.remoteAddress ?? '';
  const hash = query.get('autht');
  if (hash !== null) {
    const attempt = { kind: 'autht', user: query.get('user') ?? '', address, connection: undefined } as const;
    return statusOf(core.desk.byToken(attempt, { hash, keys: core.httpKeys }).code);
  }
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  // Asking without credentials is no attempt: a browser does it before it asks the user.
  if (encoded === undefined) return 401;
  const credentials = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = credentials.indexOf(':');
  const attempt = { kind: 'basic', user: credentials.slice(0, colon), address, connection: undefined } as const;
  return statusOf(core.desk.byPassword(attempt, credentials.slice(colon + 1)));
}

/** Over HTTP a blocked address is simply not allowed. */
function statusOf(code: number): number {
  return code === 429 ? 403 : code;
}
