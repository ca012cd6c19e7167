import type { Clock } from '@device-exporters/retry';
import { connect, ErrorWithReasonCode, type IClientOptions, type MqttClient } from 'mqtt';
import type { Certification } from '../cloud/certification.ts';

/** One connection to a broker. */
export interface BrokerSessionOptions {
  readonly certification: Certification;
  /** Whether plain MQTT is taken at its word: only where the cloud itself is asked without TLS, as in tests. */
  readonly isPlainAllowed: boolean;
  readonly clientId: string;
  readonly topics: readonly string[];
  readonly keepaliveSeconds: number;
  readonly connectTimeoutMs: number;
  /** Milliseconds without any message after which the connection is given up. */
  readonly idleMs: number;
  readonly clock: Clock;
  onMessage(topic: string, payload: Uint8Array): void;
  /** The topics are subscribed to: something may be asked now. */
  onReady(publish: Publish): void;
}

/** Publishes a request; what cannot be sent is left out, as another one follows. */
export type Publish = (topic: string, payload: string | Uint8Array) => void;

/** The broker refuses the account or the client id. */
export class BrokerRefusedError extends Error {}

/** The connection has ended, or never came about. */
export class BrokerGoneError extends Error {}

/** The connection claims to be up and has brought nothing for too long. */
export class BrokerSilentError extends Error {}

/** Bad account, not authorised: of MQTT 3.1.1 and 5. */
const REFUSALS: ReadonlySet<number> = new Set([2, 4, 5, 133, 134, 135]);

/**
 * Lives through one connection: connects, subscribes, hands messages on. Ends only by failing, or by the signal.
 *
 * @throws {BrokerRefusedError | BrokerGoneError | BrokerSilentError}
 * @throws the signal's reason when that fires
 */
export async function followBroker(options: BrokerSessionOptions, signal: AbortSignal): Promise<never> {
  signal.throwIfAborted();
  const { clock, idleMs, topics } = options;
  const client = connect(brokerUrl(options), settingsFor(options));
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const peer = `the broker ${options.certification.host}`;
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const connected = new Promise((resolve) => client.once('connect', resolve));
  client.on('error', (error) => reject(faultOf(error, peer)));
  client.on('close', () => reject(new BrokerGoneError(`${peer} has closed the connection`)));
  client.on('disconnect', () => reject(new BrokerGoneError(`${peer} has ended the connection`)));

  const expectNext = () =>
    clock.after(idleMs, () => reject(new BrokerSilentError(`${peer} has said nothing for ${idleMs / 1000} s`)));
  let idle = expectNext();
  client.on('message', (topic, payload) => {
    idle.cancel();
    idle = expectNext();
    options.onMessage(topic, payload);
  });
  const begin = async (): Promise<void> => {
    await Promise.race([connected, ended]);
    if (topics.length > 0) await client.subscribeAsync([...topics], { qos: 1 });
    options.onReady((topic, payload) => {
      if (client.connected) client.publish(topic, Buffer.from(payload), { qos: 1 });
    });
  };
  try {
    begin().catch(reject);
    return await ended;
  } finally {
    idle.cancel();
    signal.removeEventListener('abort', onAbort);
    end(client);
  }
}

function brokerUrl({ certification, isPlainAllowed }: BrokerSessionOptions): string {
  const { host, port, isPlain } = certification;
  return `${isPlain && isPlainAllowed ? 'mqtt' : 'mqtts'}://${host}:${port}`;
}

function settingsFor({
  certification,
  clientId,
  keepaliveSeconds,
  connectTimeoutMs,
}: BrokerSessionOptions): IClientOptions {
  return {
    clientId,
    username: certification.account,
    password: certification.password,
    protocolVersion: 4,
    clean: true,
    keepalive: keepaliveSeconds,
    connectTimeout: connectTimeoutMs,
    // Whoever calls waits, and asks for another account where this one is refused.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
  };
}

function faultOf(error: Error, peer: string): Error {
  const isRefusal = error instanceof ErrorWithReasonCode && REFUSALS.has(error.code);
  if (isRefusal) return new BrokerRefusedError(`${peer} refuses the account (code ${error.code})`, { cause: error });
  return new BrokerGoneError(`${peer} cannot be reached: ${error.message}`, { cause: error });
}

function end(client: MqttClient): void {
  client.removeAllListeners('message');
  // Errors of a connection that is being given up are nobody's concern.
  client.on('error', () => {});
  client.end(true);
}
