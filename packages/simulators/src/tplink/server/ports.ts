import type { Core } from './core.ts';
import { discoveryReply } from './discovery-service.ts';
import { Router } from './router.ts';
import { TcpPort } from './tcp-port.ts';
import { UdpPort } from './udp-port.ts';
import { webServer } from './web-server.ts';
import { xorDatagram, xorServer } from './xor-service.ts';

/** The four ports of a device, of which those are open that its transports need. */
export class Ports {
  readonly router: Router;
  readonly web: TcpPort;
  readonly xor: TcpPort;
  readonly discovery: UdpPort;
  readonly #core: Core;
  #xorDatagrams: UdpPort | undefined;

  constructor(core: Core) {
    const { httpPort, xorPort, discoveryPort } = core.settings;
    this.#core = core;
    this.router = new Router(core);
    const server = webServer(core, (request) => this.router.handle(request, this.web.port));
    this.web = new TcpPort(server, httpPort, core.ledger);
    this.xor = new TcpPort(xorServer(core), xorPort, core.ledger);
    this.discovery = new UdpPort(core, discoveryPort, (datagram) => discoveryReply(core, datagram, this.web.port));
  }

  /** @throws TplinkListenError when a port cannot be had */
  async open(): Promise<void> {
    const { host, settings } = this.#core;
    const isXor = this.#core.speaks('xor');
    const isWeb = this.#core.transports.some((transport) => transport !== 'xor');
    if (isWeb) await this.web.open(host);
    if (isXor) await this.xor.open(host);
    const isBoth = settings.discovery === 'both';
    if (settings.discovery === 'none') return;
    if (isWeb || isBoth) await this.discovery.open(host);
    if (isXor || isBoth) await this.#openXorDatagrams(host);
  }

  /** Closes them all; resolves when the ports are free and nothing is left. */
  async close(): Promise<void> {
    await Promise.all([this.web, this.xor, this.discovery, this.#xorDatagrams].map((port) => port?.close()));
  }

  /** Resets every TCP connection. */
  reset(): void {
    this.web.reset();
    this.xor.reset();
  }

  /** Chooses those ports that were left open to choose and have not been used yet, so that they stay what they are. */
  async reserve(): Promise<void> {
    for (const port of [this.web, this.xor]) {
      if (port.port === 0) await port.open(this.#core.host).then(() => port.close());
    }
    if (this.discovery.port === 0) await this.discovery.open(this.#core.host).then(() => this.discovery.close());
  }

  /** UDP on the number that TCP has: a real device has 9999 for both. */
  async #openXorDatagrams(host: string): Promise<void> {
    this.#xorDatagrams ??= new UdpPort(this.#core, this.xor.port, (datagram) => xorDatagram(this.#core, datagram));
    await this.#xorDatagrams.open(host);
  }
}
