import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Core } from './core.ts';
import { errorPage } from './http-endpoint.ts';
import type { Listener } from './listener.ts';
import { Session } from './session.ts';

const PATH = '/ws/rfc6455';
const SUBPROTOCOL = 'remotecontrol';
/** The longest command there is, a token login, stays far below. */
const LONGEST_COMMAND_BYTES = 64 * 1024;

/** Turns upgrade requests on `/ws/rfc6455` with the subprotocol `remotecontrol` into sessions (PROTOCOL §3). */
export class WebSocketEndpoint {
  readonly #core: Core;
  readonly #server: WebSocketServer;

  constructor(core: Core) {
    this.#core = core;
    this.#server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: LONGEST_COMMAND_BYTES,
      handleProtocols: () => SUBPROTOCOL,
    });
  }

  /** Answers an upgrade request that came in on `listener`: with a session, an error page, or not at all. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, listener: Listener): void {
    // Broken by the client while being upgraded.
    stream.on('error', () => undefined);
    const { plan } = this.#core;
    const status = plan.silent ? undefined : this.#refusal(request);
    if (plan.silent || status !== undefined) this.#writeDown(request, status);
    if (plan.silent) return;
    if (status !== undefined) {
      stream.end(rawResponse(status));
      return;
    }
    this.#server.handleUpgrade(request, stream, head, (socket) => this.#welcome(socket, request, listener));
  }

  /** An upgrade that came to nothing is a request like any other; the others are connections. */
  #writeDown(request: IncomingMessage, status: number | undefined): void {
    const atMs = this.#core.settings.clock.now();
    const secure = 'encrypted' in request.socket;
    this.#core.ledger.http({ atMs, method: 'GET', path: request.url ?? '', status, secure });
  }

  #refusal(request: IncomingMessage): number | undefined {
    const secure = 'encrypted' in request.socket;
    if (this.#core.plan.startingUp) return 503;
    if (this.#core.settings.plainPort === 'refusing' && !secure) return 403;
    if (request.url !== PATH) return 404;
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    return offered.includes(SUBPROTOCOL) ? undefined : 400;
  }

  #welcome(socket: WebSocket, request: IncomingMessage, listener: Listener): void {
    const transport: Socket = request.socket;
    const session = new Session(this.#core, socket, {
      address: transport.remoteAddress ?? '',
      secure: 'encrypted' in transport,
      transport,
      reset: () => listener.reset(transport.remotePort ?? 0),
    });
    session.begin();
  }
}

function rawResponse(status: number): string {
  const { body, type } = errorPage(status);
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
  return `${head}\r\n\r\n${body}`;
}
