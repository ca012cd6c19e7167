import { generateKeyPair, randomInt } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { type Clock, systemClock } from '@device-exporters/retry';
import { klapProbe, xorProbe } from './probe-datagrams.ts';
import { type DiscoveredDevice, parseDiscoveryReply } from './reply.ts';

/** How devices are looked for. */
export interface DiscoveryOptions {
  /** Address that is asked; 255.255.255.255 reaches the network of every interface. */
  readonly target: string;
  /** Addresses that are asked besides: a broadcast does not leave its network. */
  readonly hosts?: readonly string[];
  /** How often everybody is asked in the given time: datagrams get lost. */
  readonly packets: number;
  /** Milliseconds until the answers are counted. */
  readonly timeoutMs: number;
  /** Name or address of the one network interface to ask on. Default: all of them. */
  readonly interface?: string;
  /** UDP ports of devices, of the old kind and of the newer ones. Default 9999; 20002 and 20004. */
  readonly ports?: { readonly xor: number; readonly klap: readonly number[] };
  readonly signal: AbortSignal;
  /** Default: the real time. */
  readonly clock?: Clock;
}

/** No interface can be asked on. */
export class DiscoveryError extends Error {}

export const DISCOVERY_PORTS = { xor: 9999, klap: [20002, 20004] } as const;
const EVERYBODY = '255.255.255.255';

/** Larger ones are no answers. */
const MAX_REPLY_BYTES = 65_536;

/** More devices than this in one network are an attack. */
const MAX_DEVICES = 10_000;

/**
 * Asks who is there and collects the answers, one for each device however often and on however many ports it answers.
 *
 * @throws {DiscoveryError} when nothing could be sent at all
 * @throws the signal's reason when that fires
 */
export async function discover(options: DiscoveryOptions): Promise<readonly DiscoveredDevice[]> {
  const { packets, timeoutMs, signal, clock = systemClock } = options;
  signal.throwIfAborted();
  const found = new Map<string, DiscoveredDevice>();
  const names = new Map<string, string[]>();
  // Done long before the answers are counted; a name that takes longer is done without.
  void noteNames(names, options.hosts ?? []);
  const sockets = await openSockets(options, (bytes, from) => note(found, bytes, from));
  try {
    const probes = await probesFor(options.ports ?? DISCOVERY_PORTS);
    for (let round = 0; round < packets; round++) {
      await sendAll(sockets, probes, options);
      await clock.sleep(timeoutMs / packets, signal);
    }
    return Array.from(found.values(), (device) => withNames(device, names));
  } finally {
    for (const { socket } of sockets) socket.close();
  }
}

/** What is sent, and to which port. */
interface Probe {
  readonly datagram: Buffer;
  readonly port: number;
}

async function probesFor({ xor, klap }: NonNullable<DiscoveryOptions['ports']>): Promise<Probe[]> {
  const newer = klapProbe(randomInt(2 ** 32 - 1), await publicKey());
  return [{ datagram: xorProbe(), port: xor }, ...klap.map((port) => ({ datagram: newer, port }))];
}

/** One round. One interface that is down, or one address that does not exist, does not keep the others from being asked. */
async function sendAll(
  sockets: readonly OpenSocket[],
  probes: readonly Probe[],
  { target, hosts = [] }: DiscoveryOptions,
): Promise<void> {
  const sending = sockets.flatMap(({ socket, broadcast }) =>
    [...new Set([target === EVERYBODY ? broadcast : target, ...hosts])].flatMap((host) =>
      probes.map(({ datagram, port }) => send(socket, datagram, port, host)),
    ),
  );
  const outcomes = await Promise.allSettled(sending);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined && outcomes.every(({ status }) => status === 'rejected')) {
    throw new DiscoveryError(`nothing can be sent to ${target}`, { cause: failure.reason });
  }
}

/** The answer of the newer port says more than that of the older one. */
function note(found: Map<string, DiscoveredDevice>, bytes: Buffer, from: RemoteInfo): void {
  if (bytes.length > MAX_REPLY_BYTES || found.size >= MAX_DEVICES) return;
  const device = parseDiscoveryReply(bytes, from);
  if (device === undefined) return;
  const known = found.get(device.key);
  if (known === undefined || known.hint.protocol === 'xor') found.set(device.key, device);
}

/** Notes which names have which address; those that have none are not there. */
async function noteNames(names: Map<string, string[]>, hosts: readonly string[]): Promise<void> {
  const noteOne = async (name: string): Promise<void> => {
    const addresses = await lookup(name, { all: true });
    for (const { address } of addresses) names.set(address, [...(names.get(address) ?? []), name]);
  };
  await Promise.allSettled([...new Set(hosts)].filter((host) => isIP(host) === 0).map(noteOne));
}

function withNames(device: DiscoveredDevice, names: ReadonlyMap<string, readonly string[]>): DiscoveredDevice {
  const own = names.get(device.host);
  return own === undefined ? device : { ...device, names: own };
}

interface Interface {
  readonly address: string;
  readonly broadcast: string;
}

interface OpenSocket extends Interface {
  readonly socket: Socket;
}

async function openSockets(
  { target, interface: wanted }: DiscoveryOptions,
  onMessage: (bytes: Buffer, from: RemoteInfo) => void,
): Promise<OpenSocket[]> {
  const all = interfacesOf(wanted);
  if (all.length === 0 && wanted !== undefined) throw new DiscoveryError(`there is no network interface ${wanted}`);
  // One address is reached by whatever way the system knows.
  const isOne = target !== EVERYBODY && wanted === undefined;
  const chosen = isOne || all.length === 0 ? [{ address: '0.0.0.0', broadcast: target }] : all;
  const outcomes = await Promise.allSettled(chosen.map((one) => openSocket(one, onMessage)));
  const opened = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  // One that goes away just now does not keep the others from being asked.
  if (opened.length === 0) throw new DiscoveryError('no network interface can be used', { cause: failure?.reason });
  return opened;
}

async function openSocket(one: Interface, onMessage: (bytes: Buffer, from: RemoteInfo) => void): Promise<OpenSocket> {
  const socket = createSocket('udp4');
  socket.on('message', onMessage);
  try {
    socket.bind({ port: 0, address: one.address });
    await once(socket, 'listening');
    // What goes wrong later shows when something is sent.
    socket.on('error', () => {});
    socket.setBroadcast(true);
    return { ...one, socket };
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** The IPv4 interfaces that lead somewhere, or the one of this name or address. */
function interfacesOf(wanted: string | undefined): Interface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, internal, address }) => {
        if (family !== 'IPv4') return false;
        return wanted === undefined ? !internal : wanted === name || wanted === address;
      })
      .map(({ address, netmask }) => ({ address, broadcast: broadcastOf(address, netmask) })),
  );
}

function broadcastOf(address: string, netmask: string): string {
  const mask = netmask.split('.').map(Number);
  return address
    .split('.')
    .map((part, index) => Number(part) | (~(mask[index] ?? 255) & 255))
    .join('.');
}

function send(socket: Socket, datagram: Buffer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(datagram, port, host, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Made when first needed, once for the process: it takes a moment. What is encrypted with it is not read. */
let key: Promise<string> | undefined;

function publicKey(): Promise<string> {
  key ??= promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).then((pair) => pair.publicKey);
  return key;
}
