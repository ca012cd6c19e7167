import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Core } from './core.ts';
import type { WireFault } from './fault-plan.ts';
import { floodOf } from './flood.ts';
import { bodyOf, cookieOf, hasExactLength, type WebAnswer, type WebReply, type WebRequest } from './web.ts';

/** Answers one request that came alone and whole. */
export type WebHandler = (request: WebRequest) => WebAnswer;

/** What a device shows to a browser, and to whoever does not write Content-Length as it wants it. */
const STOCK_PAGE: WebReply = { status: 200, type: 'text/html', body: Buffer.from('<html><body>200 OK</body></html>') };

/** The little web server of port 80: one request at a time, with the manners that PROTOCOLS §1 tells of. */
export function webServer(core: Core, handle: WebHandler): Server {
  let underWay = 0;
  const server = createServer((request, response) => {
    const isParallel = underWay > 0;
    underWay += 1;
    let isUnderWay = true;
    const leave = (): void => {
      underWay -= isUnderWay ? 1 : 0;
      isUnderWay = false;
    };
    response.once('close', leave);
    void serve(request, response, isParallel, leave);
  });
  // Devices do not end a quiet connection after five seconds, as node would.
  server.keepAliveTimeout = 0;
  // What cannot be read as HTTP costs its connection and nothing else.
  server.on('clientError', (_, socket) => {
    core.ledger.tally('malformed');
    socket.destroy();
  });
  return server;

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    isParallel: boolean,
    leave: () => void,
  ): Promise<void> {
    if (isParallel) core.ledger.tally('parallel');
    const body = await bodyOf(request);
    if (body === undefined) return;
    await later(core);
    if (core.plan.silent || response.destroyed) return;
    const isRefused = isParallel && core.settings.http.parallel === 'refused';
    const answer: WebAnswer = isRefused ? { status: 403 } : answerTo(request, body);
    if ('fault' in answer) return commit(answer.fault, request, response);
    leave();
    send(answer, response);
  }

  function answerTo(request: IncomingMessage, body: Buffer): WebAnswer {
    const { contentLength } = core.settings.http;
    if (request.headers['transfer-encoding'] !== undefined) return { status: 500 };
    if (request.method !== 'POST') return STOCK_PAGE;
    if (contentLength === 'exact' && body.length > 0 && !hasExactLength(request)) return STOCK_PAGE;
    const [path = '/', query = ''] = (request.url ?? '/').split('?');
    const session = cookieOf(request.headers.cookie, 'TP_SESSIONID');
    return handle({ path, query: new URLSearchParams(query), body, session });
  }

  function send(answer: WebReply, response: ServerResponse): void {
    const { body = Buffer.alloc(0), type, cookie } = answer;
    const { closeAfterReply, cookieName } = core.settings.http;
    response.sendDate = false;
    if (type !== undefined) response.setHeader('Content-Type', type);
    if (cookie !== undefined) {
      response.setHeader('Set-Cookie', `${cookieName}=${cookie};TIMEOUT=${core.settings.session.lifetimeSeconds}`);
    }
    if (closeAfterReply) response.setHeader('Connection', 'close');
    response.setHeader('Content-Length', body.length);
    response.statusCode = answer.status;
    response.end(body);
  }

  function commit(fault: WireFault, request: IncomingMessage, response: ServerResponse): void {
    if (fault === 'hang') return;
    if (fault === 'drop') request.socket.resetAndDestroy();
    else if (typeof fault === 'number') send({ status: fault }, response);
    else if (fault === 'garbage') send({ status: 200, body: core.settings.randomBytes(77) }, response);
    else if (fault === 'flood') floodOf(core.settings.randomBytes(1024)).pipe(response);
    else {
      response.setHeader('Content-Length', 2 ** 32);
      response.write(core.settings.randomBytes(64));
    }
  }
}

/** After the delay, and never before another request that came at the same time was counted. */
function later({ settings }: Core): Promise<void> {
  const { answerDelayMs } = settings.http;
  return new Promise((resolve) => {
    if (answerDelayMs > 0) settings.clock.after(answerDelayMs, resolve);
    else setImmediate(resolve);
  });
}
