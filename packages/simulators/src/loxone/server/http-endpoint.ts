import type { IncomingMessage, ServerResponse } from 'node:http';
import { pause } from '../../clock.ts';
import { decodePercent } from '../login/base64.ts';
import { oddPem } from '../login/rsa.ts';
import { encodeEnvelope } from '../wire/envelope.ts';
import { describeApi, userKey } from './commands/bootstrap.ts';
import { isMutating } from './commands/dispatch.ts';
import type { Core } from './core.ts';
import { authorize } from './http-login.ts';

/** One HTTP answer: JSON, or a small HTML page where the status is not 200. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: 'application/json' | 'text/html';
  readonly body: string;
}

/** Answers one HTTP request of the Miniserver and writes it into the ledger. */
export async function serveHttp(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, query } = splitUrl(request.url ?? '/');
  const record = {
    atMs: core.settings.clock.now(),
    method: request.method ?? '',
    path: pathname,
    status: undefined,
    secure: 'encrypted' in request.socket,
  };
  if (core.plan.silent) {
    core.ledger.http(record);
    return;
  }
  const answer = answerHttp(core, request, pathname, query);
  core.ledger.http({ ...record, status: answer.status });
  response.writeHead(answer.status, {
    'Content-Type': answer.type,
    'Content-Length': Buffer.byteLength(answer.body),
    ...(answer.status === 401 ? { 'WWW-Authenticate': 'Basic realm="Loxone Miniserver"' } : {}),
  });
  if (request.method === 'HEAD') response.end();
  else if (pathname === STRUCTURE_PATH) await trickle(core, response, answer.body);
  else response.end(answer.body);
}

const STRUCTURE_PATH = '/data/LoxAPP3.json';

/** The small page that stands for an error; its status is what counts (PROTOCOL §2). */
export function errorPage(status: number): HttpAnswer {
  const title = ERROR_TITLES[status] ?? 'Error';
  const body = `<html><head><title>error</title></head><body><errorcode>${status}</errorcode><errordetail>${title}</errordetail></body></html>`;
  return { status, type: 'text/html', body };
}

const ERROR_TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  423: 'Locked',
  503: 'Service Unavailable',
};

function answerHttp(core: Core, request: IncomingMessage, path: string, query: URLSearchParams): HttpAnswer {
  const isRefusing = core.settings.plainPort === 'refusing' && !('encrypted' in request.socket);
  if (core.plan.startingUp) return errorPage(503);
  if (isRefusing) return errorPage(403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return errorPage(405);
  const text = decodePercent(path.slice(1));
  if (text === undefined) return errorPage(400);
  if (isMutating(text)) {
    const atMs = core.settings.clock.now();
    core.ledger.violation({ atMs, connection: undefined, command: text, encryption: 'none', overlapping: false });
    return errorPage(403);
  }
  return openAnswer(core, path) ?? guardedAnswer(core, request, path, query);
}

/** What anyone may ask. */
function openAnswer(core: Core, path: string): HttpAnswer | undefined {
  if (path === '/jdev/cfg/apiKey') return json(path, describeApi(core, core.httpKeys));
  if (path === '/jdev/cfg/api') return json(path, describeApi(core));
  if (path === '/jdev/sys/getPublicKey') return json(path, oddPem(core.rsa.publicKey));
  if (path === '/jdev/sys/getkey') return json(path, core.httpKeys.issue());
  const [, userText] = /^\/jdev\/sys\/getkey2\/([^/]+)$/.exec(path) ?? [];
  const user = userText === undefined ? undefined : decodePercent(userText);
  return user === undefined ? undefined : json(path, userKey(core, user, core.httpKeys));
}

/** What needs the user's name and password, or a token. */
function guardedAnswer(core: Core, request: IncomingMessage, path: string, query: URLSearchParams): HttpAnswer {
  const isVersion = path === '/jdev/sps/LoxAPPversion3';
  if (!isVersion && path !== STRUCTURE_PATH) return errorPage(404);
  const code = authorize(core, request, query);
  if (code !== 200) return errorPage(code);
  const { house } = core.home;
  if (isVersion) return json(path, house.structure.lastModified);
  return { status: 200, type: 'application/json', body: house.structureText() };
}

function json(path: string, value: unknown): HttpAnswer {
  const control = path.replace(/^\/jdev\//, 'dev/');
  return { status: 200, type: 'application/json', body: encodeEnvelope(control, { code: 200, value }, 'Code') };
}

async function trickle(core: Core, response: ServerResponse, body: string): Promise<void> {
  const { structureBytesPerSecond } = core.plan;
  const bytes = Buffer.from(body, 'utf8');
  const step = Math.max(1, Math.round((structureBytesPerSecond ?? Number.POSITIVE_INFINITY) / 50));
  for (let offset = 0; offset < bytes.length && !response.destroyed; offset += step) {
    response.write(bytes.subarray(offset, offset + step));
    if (structureBytesPerSecond !== undefined) await pause(core.settings.clock, 20);
  }
  response.end();
}

/** Not `new URL`: a request target may be anything, and nothing here may throw. */
function splitUrl(target: string): { readonly pathname: string; readonly query: URLSearchParams } {
  const [pathname = '/', query = ''] = target.split('?', 2);
  return { pathname, query: new URLSearchParams(query) };
}
