import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { EcoflowDevice } from './device-board.ts';
import type { EcoflowFaults } from './faults.ts';
import type { EcoflowLedger } from './ledger.ts';
import { APP_ACCOUNT, BROKER_PASSWORD, DEVELOPER_ACCOUNT, USER_ID } from './options.ts';

/** The broker of the simulated cloud. */
export interface EcoflowBroker {
  readonly port: number;
  publish(topic: string, payload: string | Uint8Array): Promise<void>;
  /** Cuts every connection. */
  drop(): void;
  /** Nobody listens any more, until {@link listen}. */
  close(): Promise<void>;
  listen(): Promise<void>;
  stop(): Promise<void>;
}

export interface BrokerDeps {
  readonly host: string;
  readonly devices: ReadonlyMap<string, EcoflowDevice>;
  readonly faults: EcoflowFaults;
  readonly ledger: EcoflowLedger;
}

/** What the broker of the app takes for a client id (PROTOCOL §3.2). */
const APP_CLIENT_ID = new RegExp(`^ANDROID_[0-9A-F-]{32,36}_${USER_ID}(_.*)?$`);

/** Starts the broker: MQTT without TLS, with the access rules of the real one. */
export async function startBroker({ host, devices, faults, ledger }: BrokerDeps): Promise<EcoflowBroker> {
  const aedes = await Aedes.createBroker();
  const accounts = new WeakMap<Client, string>();

  aedes.authenticate = (client, username, password, done) => {
    ledger.clientIds.push(client.id);
    const refusal = faults.refuseBroker || refusalOf(client.id, username, password?.toString());
    if (refusal > 0) {
      ledger.brokerRefusals++;
      ledger.changed();
      return done(Object.assign(new Error('refused'), { returnCode: refusal }) as AuthenticateError, null);
    }
    accounts.set(client, username ?? '');
    ledger.brokerLogins++;
    ledger.changed();
    return done(null, true);
  };
  aedes.authorizeSubscribe = (client, subscription, callback) => {
    const { topic } = subscription;
    const account = accounts.get(client) ?? '';
    const isAllowed = [...devices.keys()].some((sn) => topicsOf(account, sn).includes(topic));
    ledger.subscriptions.push(topic);
    if (!isAllowed) ledger.violations.push(`subscribe ${topic}`);
    ledger.changed();
    callback(null, isAllowed ? subscription : null);
  };
  aedes.authorizePublish = (_client, { topic, payload }, callback) => {
    ledger.published.push({ topic, payload: Buffer.from(payload) });
    if (/\/set$/.test(topic)) ledger.violations.push(`publish ${topic}`);
    ledger.changed();
    const device = deviceAsked(topic, devices);
    if (device !== undefined) void reply(device, Buffer.from(payload));
    callback(null);
  };

  const publish = (topic: string, payload: string | Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      const packet = {
        cmd: 'publish',
        topic,
        payload: Buffer.from(payload),
        qos: 1,
        dup: false,
        retain: false,
      } as const;
      aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
    });

  async function reply(device: EcoflowDevice, request: Buffer): Promise<void> {
    const topic = `/app/${USER_ID}/${device.sn}/thing/property/get_reply`;
    const isJson = request[0] === 0x7b;
    if (device.frame !== undefined) {
      // Devices that speak protobuf do not know the other request.
      if (!isJson) await publish(topic, device.isOnline ? device.frame() : OFFLINE_FRAME);
      return;
    }
    if (!isJson) return;
    const { id } = JSON.parse(request.toString()) as { readonly id: unknown };
    const { sn, isOnline, quotas } = device;
    const data = { sn, productType: 80, model: 1, online: Number(isOnline), ...(isOnline && { quotaMap: quotas }) };
    await publish(topic, JSON.stringify({ code: '0', id: Number(id), operateType: 'latestQuotas', data }));
  }

  const server = await serve(aedes, host, ledger);
  return {
    ...server,
    publish,
    async stop() {
      await server.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}

/** Serves the broker on a port that stays the same. */
async function serve(aedes: Aedes, host: string, ledger: EcoflowLedger) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    ledger.connectionsOpen = sockets.size;
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      ledger.connectionsOpen = sockets.size;
      ledger.changed();
    });
    aedes.handle(socket);
  });
  let port = 0;
  const listen = async (): Promise<void> => {
    server.listen(port, host);
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const drop = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    drop();
    await closed;
  };
  await listen();
  return { port, drop, close, listen };
}

/** A header that says -2: code, and nothing else. */
const OFFLINE_FRAME = Uint8Array.from([0x0a, 0x05, 0xb2, 0x01, 0x02, 0x2d, 0x32]);

/** CONNACK code of a refusal; 0 for none. */
function refusalOf(clientId: string, username: string | undefined, password: string | undefined): number {
  if (password !== BROKER_PASSWORD) return 4;
  if (username === DEVELOPER_ACCOUNT) return 0;
  return username === APP_ACCOUNT && APP_CLIENT_ID.test(clientId) ? 0 : 5;
}

function topicsOf(account: string, sn: string): string[] {
  if (account === DEVELOPER_ACCOUNT) return ['quota', 'status'].map((what) => `/open/${account}/${sn}/${what}`);
  return [`/app/device/property/${sn}`, `/app/${USER_ID}/${sn}/thing/property/get_reply`];
}

function deviceAsked(topic: string, devices: ReadonlyMap<string, EcoflowDevice>): EcoflowDevice | undefined {
  const sn = new RegExp(`^/app/${USER_ID}/([^/]+)/thing/property/get$`).exec(topic)?.[1];
  return sn === undefined ? undefined : devices.get(sn);
}
