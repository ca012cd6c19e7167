import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startBroker } from './broker.ts';
import { EcoflowDevice } from './device-board.ts';
import { EcoflowFaults } from './faults.ts';
import { createHttpInterface } from './http-interface.ts';
import { EcoflowLedger } from './ledger.ts';
import { DEVELOPER_ACCOUNT, type EcoflowCloudOptions } from './options.ts';

/** The cloud of EcoFlow: HTTP interfaces in front of a broker. */
export interface EcoflowCloud extends AsyncDisposable {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly email: string;
  readonly password: string;
  readonly ledger: EcoflowLedger;
  readonly faults: EcoflowFaults;
  device(sn: string): EcoflowDevice;
  /** A change that a device pushes: to both accounts, in the shape of each. */
  push(sn: string, values: Readonly<Record<string, unknown>>): Promise<void>;
  /** Bytes that a device pushes to the account of the app. */
  pushBytes(sn: string, payload: Uint8Array): Promise<void>;
  /** The device goes off line or comes back; the developer's account is told. */
  setOnline(sn: string, isOnline: boolean): Promise<void>;
  /** Cuts all connections to the broker. */
  dropConnections(): void;
  /** Nobody listens at the broker, until {@link startBroker}. */
  stopBroker(): Promise<void>;
  startBroker(): Promise<void>;
  /** The token of the app ends; a new login gets another. */
  expireToken(): void;
  /** The account has another password from now on. */
  changePassword(password: string): void;
  stop(): Promise<void>;
}

/** Starts the simulated cloud. */
export async function startEcoflowCloud(options: EcoflowCloudOptions = {}): Promise<EcoflowCloud> {
  const { host = '127.0.0.1', port = 0, accessKey = 'access', secretKey = 'secret-key' } = options;
  const { email = 'user@example.com', password = 'secret' } = options;
  const devices = new Map((options.devices ?? []).map((device) => [device.sn, new EcoflowDevice(device)]));
  const faults = new EcoflowFaults();
  const ledger = new EcoflowLedger();
  const account = { password, token: 'token-1' };
  const broker = await startBroker({ host, devices, faults, ledger });
  const answer = createHttpInterface({
    options: { accessKey, secretKey, email },
    account,
    devices,
    broker: () => options.broker ?? { url: host, port: broker.port, protocol: 'mqtt' },
    faults,
    ledger,
  });
  const server = createServer((request, response) => void answer(request, response));
  server.listen(port, host);
  await once(server, 'listening');

  const device = (sn: string): EcoflowDevice => {
    const found = devices.get(sn);
    if (found === undefined) throw new RangeError(`no simulated device has the serial number ${sn}`);
    return found;
  };
  const message = { id: 1, version: '1.0', timestamp: 0 };
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await Promise.all([closed, broker.stop()]);
  };
  return {
    ...{ url: `http://${host}:${(server.address() as AddressInfo).port}`, accessKey, secretKey, email, password },
    ...{ ledger, faults, device, stop },
    async push(sn, values) {
      for (const [key, value] of Object.entries(values)) device(sn).set(key, value);
      await broker.publish(`/open/${DEVELOPER_ACCOUNT}/${sn}/quota`, JSON.stringify({ ...message, params: values }));
      const payload = JSON.stringify({ ...message, moduleType: '1', params: values });
      await broker.publish(`/app/device/property/${sn}`, payload);
    },
    pushBytes: (sn, payload) => broker.publish(`/app/device/property/${sn}`, payload),
    async setOnline(sn, isOnline) {
      device(sn).isOnline = isOnline;
      const payload = JSON.stringify({ ...message, params: { status: Number(isOnline) } });
      await broker.publish(`/open/${DEVELOPER_ACCOUNT}/${sn}/status`, payload);
    },
    dropConnections: () => broker.drop(),
    stopBroker: () => broker.close(),
    startBroker: () => broker.listen(),
    expireToken() {
      account.token = `token-${Number(account.token.split('-')[1]) + 1}`;
    },
    changePassword(next) {
      account.password = next;
    },
    [Symbol.asyncDispose]: stop,
  };
}
