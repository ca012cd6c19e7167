import { AesService } from './aes-service.ts';
import type { Core } from './core.ts';
import { KlapService } from './klap-service.ts';
import { TpapService } from './tpap-service.ts';
import { json, type WebAnswer, type WebRequest } from './web.ts';

/** The paths of port 80, and what is said on those of a transport that the device does not speak (PROTOCOLS §1). */
export class Router {
  readonly #core: Core;
  readonly #klap: KlapService;
  readonly #aes: AesService;
  readonly #tpap: TpapService;

  constructor(core: Core) {
    this.#core = core;
    this.#klap = new KlapService(core);
    this.#aes = new AesService(core);
    this.#tpap = new TpapService(core);
  }

  /** @param port where the web server listens */
  handle(request: WebRequest, port: number): WebAnswer {
    const { path } = request;
    if (path === '/app/handshake1' || path === '/app/handshake2' || path === '/app/request') {
      if (this.#core.speaks('klap') || this.#core.speaks('klap2')) return this.#klap.handle(request);
      return { status: this.#core.speaks('tpap') ? 403 : 404 };
    }
    if (path === '/app') return this.#core.speaks('aes') ? this.#aes.handle(request) : json({ error_code: 1003 });
    if (!this.#core.speaks('tpap')) return { status: 404 };
    if (path === '/') return this.#tpap.login(request, port);
    return /^\/stok=[^/]*\/ds$/.test(path) ? this.#tpap.request(request) : { status: 404 };
  }

  /** Ends every session of every transport. */
  expire(): void {
    this.#klap.expire();
    this.#aes.expire();
    this.#tpap.expire();
  }
}
