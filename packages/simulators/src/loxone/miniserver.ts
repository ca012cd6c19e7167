import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type Identity, loopbackIdentity } from '../self-signed.ts';
import { Faults } from './faults.ts';
import { createHouse } from './house/create-house.ts';
import { houseFromStructure } from './house/foreign-house.ts';
import { House } from './house/house.ts';
import type { Ledger } from './ledger.ts';
import { sharedRsaKeys } from './login/rsa.ts';
import { type MiniserverOptions, resolveOptions, type Settings } from './options.ts';
import { type Core, createCore } from './server/core.ts';
import { Home } from './server/home.ts';
import { serveHttp } from './server/http-endpoint.ts';
import { Listener } from './server/listener.ts';
import { Service } from './server/service.ts';
import { WebSocketEndpoint } from './server/websocket-endpoint.ts';
import { NIL_UUID } from './wire/uuid.ts';

/** A running Miniserver. */
export interface Miniserver extends AsyncDisposable {
  readonly host: string;
  /** The plain port; nobody listens there when `plainPort` is `closed`. */
  readonly port: number;
  /** The TLS port of a Generation 2. */
  readonly sslPort: number | undefined;
  /** PEM of the self-signed certificate of a Generation 2: for a client that verifies, its only CA. */
  readonly certificatePem: string | undefined;
  readonly firmware: string;
  readonly user: string;
  /** As it is now, should it have been changed. */
  readonly password: string;
  readonly house: House;
  readonly ledger: Ledger;
  readonly faults: Faults;
  /**
   * Sets a numeric state and sends the event, also when the value is the same; the house no longer moves it. Resolves
   * when the frame was handed to the sockets of all subscribers.
   *
   * @throws UnknownStateError
   */
  setValue(uuid: string, value: number): Promise<void>;
  /** Like {@link setValue} for several states in one table. */
  setValues(values: Iterable<readonly [uuid: string, value: number]>): Promise<void>;
  /** Like {@link setValue} for a text, with an icon if need be. */
  setText(uuid: string, text: string, iconUuid?: string): Promise<void>;
  /** Closes everything; resolves when the ports are free. */
  stop(): Promise<void>;
}

/**
 * Starts a Miniserver on loopback.
 *
 * @throws MiniserverOptionError, StructureError for a house that is none, ListenError when a port cannot be had
 */
export async function startMiniserver(options: MiniserverOptions = {}): Promise<Miniserver> {
  const settings = resolveOptions(options);
  const house = houseFor(options.house, settings);
  const [rsa, identity] = await Promise.all([
    sharedRsaKeys(),
    settings.generation === 2 ? loopbackIdentity() : undefined,
  ]);
  const core = createCore(settings, rsa, (sessions) => new Home(house, settings.clock, sessions, settings));
  const endpoint = new WebSocketEndpoint(core);
  const plain = listenerFor(core, endpoint, settings.port);
  const secure = identity === undefined ? undefined : listenerFor(core, endpoint, settings.sslPort, identity);
  const isPlainClosed = settings.plainPort === 'closed';
  const listeners = [isPlainClosed ? undefined : plain, secure].filter((listener) => listener !== undefined);
  const service = new Service(core, listeners);
  try {
    // Opened only to have a port that one can be sure nobody answers on.
    if (isPlainClosed) await plain.open().then(() => plain.stop());
    await service.open();
  } catch (error) {
    await service.stop();
    throw error;
  }
  core.home.start();
  return handle({ core, service, plain, secure, identity });
}

interface Parts {
  readonly core: Core;
  readonly service: Service;
  readonly plain: Listener;
  readonly secure: Listener | undefined;
  readonly identity: Identity | undefined;
}

function handle({ core, service, plain, secure, identity }: Parts): Miniserver {
  const { settings, home, account } = core;
  const publish = { values: [], texts: [], daytimers: [], weather: [] };
  const stop = async (): Promise<void> => {
    home.stop();
    core.tokens.stop();
    await service.stop();
  };
  return {
    host: settings.host,
    port: plain.port,
    sslPort: secure?.port,
    certificatePem: identity?.certificatePem,
    firmware: settings.firmware,
    user: account.user,
    get password() {
      return account.password;
    },
    house: home.house,
    ledger: core.ledger,
    faults: new Faults(core, service),
    setValue: async (uuid, value) => home.publish({ ...publish, values: home.house.pinValues([{ uuid, value }]) }),
    setValues: async (values) => {
      const events = [...values].map(([uuid, value]) => ({ uuid, value }));
      await home.publish({ ...publish, values: home.house.pinValues(events) });
    },
    setText: async (uuid, text, iconUuid = NIL_UUID) =>
      home.publish({ ...publish, texts: home.house.pinTexts([{ uuid, text, iconUuid }]) }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function houseFor(wanted: House | object | undefined, settings: Settings): House {
  const { serialNumber, generation } = settings;
  if (wanted === undefined) return createHouse({ serialNumber, generation });
  return wanted instanceof House ? wanted : houseFromStructure(wanted);
}

function listenerFor(core: Core, endpoint: WebSocketEndpoint, port: number, identity?: Identity): Listener {
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    void serveHttp(core, request, response);
  };
  const server: Server =
    identity === undefined
      ? createHttpServer(serve)
      : createHttpsServer({ cert: identity.certificatePem, key: identity.privateKeyPem }, serve);
  const listener = new Listener(server, core.settings.host, port);
  server.on('upgrade', (request, stream, head) => endpoint.upgrade(request, stream, head, listener));
  // What cannot be read as HTTP costs its connection and nothing else.
  server.on('clientError', (_, socket) => void socket.destroy());
  server.on('tlsClientError', (_, socket: Socket) => void socket.destroy());
  return listener;
}
