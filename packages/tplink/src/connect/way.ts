import type { Clock } from '@device-exporters/retry';
import { createAesTransport } from '../aes/aes-transport.ts';
import type { Credentials } from '../credentials.ts';
import { AuthenticationError, DeviceError, ProtocolError } from '../device-error.ts';
import { isRecord, parseRecord } from '../exchange/json-record.ts';
import type { SessionTransport } from '../exchange/session-transport.ts';
import { addressOf, type RandomBytes } from '../exchange/transport-options.ts';
import { createKlapTransport } from '../klap/klap-transport.ts';
import { createTpapTransport } from '../tpap/tpap-transport.ts';
import type { Payload, Protocol, Transport } from '../transport.ts';
import { createXorTransport } from '../xor/xor-transport.ts';
import type { ConnectionHint } from './hint.ts';

/** What all transports to one device are made with. */
export interface ConnectDeps {
  /** Default: none; devices without an account can be read. */
  readonly credentials?: Credentials | undefined;

  /** Milliseconds for one exchange on the wire. Default 5000. */
  readonly timeoutMs?: number | undefined;

  /** Default: the real time. */
  readonly clock?: Clock | undefined;

  /** Default: that of `node:crypto`. */
  readonly randomBytes?: RandomBytes | undefined;

  /** Where devices listen that are named without a port. Default {@link DEVICE_PORTS}; simulated ones cannot have those. */
  readonly ports?: DevicePorts | undefined;
}

/** Ports by scheme. */
export interface DevicePorts {
  readonly xor: number;
  readonly http: number;
  readonly https: number;
}

/** Where devices listen. */
export const DEVICE_PORTS: DevicePorts = { xor: 9_999, http: 80, https: 4_433 };

/** One way to talk to a device. What is not known is found out on the way. */
export interface Way {
  readonly protocol: Protocol;
  readonly port: number;
  readonly isHttps: boolean;
  readonly payload?: Payload | undefined;
  readonly loginVersion?: ConnectionHint['loginVersion'] | undefined;
}

/** A way that is open, and the language to speak there. */
export interface Link {
  readonly transport: Transport;
  readonly payload: Payload;
}

const SYSINFO = '{"system":{"get_sysinfo":{}}}';
const DEVICE_INFO = '{"method":"get_device_info"}';

/** Longer than any device takes to accept a connection, and not so long that a search lasts. */
const XOR_PROBE_MS = 2_000;

/** The transport for a way. Does nothing yet. */
export function transportFor(host: string, way: Way, deps: ConnectDeps): Transport {
  return way.protocol === 'xor' ? createXorTransport({ ...deps, host, port: way.port }) : session(host, way, deps);
}

/**
 * Tries a way: logs in, or, where nobody does, asks for something harmless.
 *
 * @throws {DeviceError} when it is none
 */
export async function tryWay(host: string, way: Way, deps: ConnectDeps, signal: AbortSignal): Promise<Link> {
  if (way.protocol === 'xor') {
    await probeXor(host, way.port, deps, signal);
    return { transport: transportFor(host, way, deps), payload: 'iot' };
  }
  const transport = session(host, way, deps);
  try {
    await transport.logIn(signal);
    return { transport, payload: way.payload ?? (await payloadOver(transport, signal)) };
  } catch (error) {
    transport.close();
    throw error;
  }
}

function session(host: string, way: Way, deps: ConnectDeps): SessionTransport {
  const { port, isHttps } = way;
  switch (way.protocol) {
    case 'aes':
      return createAesTransport({ ...deps, host, port, isHttps, loginVersion: way.loginVersion });
    case 'tpap':
      return createTpapTransport({ ...deps, host, port, isHttps });
    default:
      return createKlapTransport({ ...deps, host, port, isHttps, version: way.protocol === 'klap' ? 1 : 2 });
  }
}

async function probeXor(host: string, port: number, deps: ConnectDeps, signal: AbortSignal): Promise<void> {
  const timeoutMs = Math.min(deps.timeoutMs ?? XOR_PROBE_MS, XOR_PROBE_MS);
  const transport = createXorTransport({ ...deps, host, port, timeoutMs });
  try {
    if (isSysinfo(await transport.exchange(SYSINFO, signal))) return;
  } finally {
    transport.close();
  }
  throw new ProtocolError(`asking ${addressOf(host, port)} over XOR: expected get_sysinfo, found another answer`);
}

/**
 * Which payload a transport carries. Only KLAP of version 2 leaves a doubt: some firmwares of Kasa devices speak the
 * old payload there.
 */
async function payloadOver(transport: Transport, signal: AbortSignal): Promise<Payload> {
  if (transport.protocol === 'klap') return 'iot';
  if (transport.protocol !== 'klap2') return 'smart';
  if (await answers(transport, DEVICE_INFO, isDeviceInfo, signal)) return 'smart';
  return (await answers(transport, SYSINFO, isSysinfo, signal)) ? 'iot' : 'smart';
}

/** A question in the wrong language can get any answer, or none and a closed connection. */
async function answers(
  transport: Transport,
  question: string,
  isAnswer: (text: string) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return isAnswer(await transport.exchange(question, signal));
  } catch (error) {
    if (error instanceof DeviceError && !(error instanceof AuthenticationError)) return false;
    throw error;
  }
}

function isDeviceInfo(text: string): boolean {
  return isRecord(parseRecord(text, 'get_device_info')['result']);
}

function isSysinfo(text: string): boolean {
  const { system } = parseRecord(text, 'get_sysinfo');
  return isRecord(system) && isRecord(system['get_sysinfo']);
}
