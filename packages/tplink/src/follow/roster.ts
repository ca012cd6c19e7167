import type { Clock } from '@device-exporters/retry';
import { parseAddress } from '../connect/address.ts';
import { DEVICE_PORTS } from '../connect/way.ts';
import type { DiscoveredDevice } from '../discovery/reply.ts';
import { isSamePlace, type Whereabouts, whereaboutsOf } from './whereabouts.ts';

/** A device on a roster, whatever is done with it. */
export interface RosterDevice {
  readonly whereabouts: Whereabouts;
  /** Who it is, once it has said so. */
  readonly deviceId: string | undefined;
  /** Whether its latest reading succeeded. */
  readonly isUp: boolean;
  /** It is somewhere else now, or speaks otherwise. */
  moveTo(whereabouts: Whereabouts): void;
  /** It is not on the roster any more. */
  dispose(): void;
}

/** A device that joins. */
export interface Newcomer {
  readonly whereabouts: Whereabouts;
  /** What to call it until it says who it is: its address as listed, or what discovery calls it. */
  readonly provisionalId: string;
  /** To be told who it is when it first says so; false: that one is on the roster already, and this one is off it now. */
  claim(deviceId: string): boolean;
}

/** Something to tell people. */
export type RosterNews = 'found' | 'moved' | 'forgotten' | 'known already';

export interface RosterOptions<D extends RosterDevice> {
  create(newcomer: Newcomer): D;
  /** Milliseconds after which a device that was found and is gone leaves; listed ones stay. */
  readonly forgetAfterMs: number;
  readonly clock: Clock;
  tell(news: RosterNews, device: D): void;
}

interface Entry<D> {
  readonly device: D;
  readonly isListed: boolean;
  readonly provisionalId: string;
  /** When it was last found or read, by the monotonic clock. */
  lastSeenMs: number;
}

/**
 * The devices that are known: listed ones and found ones, each once, under whatever addresses they come. Follows them
 * when they move, and forgets found ones that stay away.
 */
export class Roster<D extends RosterDevice> {
  readonly #options: RosterOptions<D>;
  /** By the address as listed, or by what discovery knows a device by. */
  readonly #entries = new Map<string, Entry<D>>();
  /** What discovery knows devices by that are on the roster under another key. */
  readonly #aliases = new Map<string, { readonly entryKey: string; readonly deviceId: string | undefined }>();

  constructor(options: RosterOptions<D>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  devices(): D[] {
    return Array.from(this.#entries.values(), ({ device }) => device);
  }

  /**
   * Adds devices of the configuration, unless they are on the roster. To be called again now and then: one that turned out
   * to be another's second address is off it, and may have become a device of its own.
   */
  list(addresses: readonly string[]): void {
    for (const address of addresses) {
      if (!this.#entries.has(address)) this.#add(address, { address, hint: undefined }, address, true);
    }
  }

  /** Takes note of devices that have answered. */
  found(devices: readonly DiscoveredDevice[]): void {
    for (const device of devices) this.#found(device);
  }

  /** Notes that a device has been read: it is not gone. */
  seen(device: D): void {
    for (const entry of this.#entries.values()) if (entry.device === device) this.#see(entry);
  }

  /** Lets those go that have been away too long. */
  forget(): void {
    const { clock, forgetAfterMs, tell } = this.#options;
    const goneSinceMs = clock.monotonicMs() - forgetAfterMs;
    for (const [key, { isListed, lastSeenMs, device }] of this.#entries) {
      if (isListed || lastSeenMs > goneSinceMs) continue;
      tell('forgotten', device);
      this.#remove(key);
    }
  }

  /** Lets all go. */
  dispose(): void {
    for (const key of this.#entries.keys()) this.#remove(key);
  }

  #found(found: DiscoveredDevice): void {
    const { tell } = this.#options;
    const known = this.#knownAs(found);
    const whereabouts = whereaboutsOf(known === undefined ? found : { ...found, host: nameIn(found, known.device) });
    if (known === undefined) {
      tell('found', this.#add(found.key, whereabouts, found.discoveryId || found.key, false));
      return;
    }
    this.#see(known);
    const { device, isListed } = known;
    const isThere = isAt(device, found);
    // One that is read stays as it is: another answer to discovery may be of its other port, or its other name. Where the
    // configuration says how a listed one is spoken to, discovery does not know better.
    if (isSamePlace(device.whereabouts, whereabouts) || (device.isUp && (isThere || isListed))) return;
    if (isThere && isListed && isExact(device.whereabouts.address) && device.whereabouts.hint === undefined) return;
    device.moveTo(whereabouts);
    tell('moved', device);
  }

  /** The entry of a device that has answered; listed ones are known by their address first, and then by who they are. */
  #knownAs(found: DiscoveredDevice): Entry<D> | undefined {
    const { key, discoveryId } = found;
    const own = this.#entries.get(key);
    if (own !== undefined) return own;
    // Old devices give discovery the id that they give themselves.
    const namesake = discoveryId && this.#keyOf(({ device }) => device.deviceId === discoveryId);
    if (namesake) this.#aliases.set(key, { entryKey: namesake, deviceId: discoveryId });
    const alias = this.#aliases.get(key);
    const entry = alias && this.#entries.get(alias.entryKey);
    // Another device may have got the address meanwhile.
    if (entry !== undefined && (alias?.deviceId ?? entry.device.deviceId) === entry.device.deviceId) return entry;
    this.#aliases.delete(key);
    for (const [entryKey, listed] of this.#entries) {
      if (!listed.isListed || !isAt(listed.device, found) || !mayHavePort(listed.device, found)) continue;
      this.#aliases.set(key, { entryKey, deviceId: listed.device.deviceId });
      return listed;
    }
    return undefined;
  }

  #add(key: string, whereabouts: Whereabouts, provisionalId: string, isListed: boolean): D {
    const { create, clock } = this.#options;
    const isTaken = this.#keyOf((entry) => entry.provisionalId === provisionalId) !== undefined;
    const id = isTaken ? `${provisionalId} (${key})` : provisionalId;
    const device = create({ whereabouts, provisionalId: id, claim: (deviceId) => this.#claim(key, deviceId) });
    this.#entries.set(key, { device, isListed, provisionalId: id, lastSeenMs: clock.monotonicMs() });
    return device;
  }

  /**
   * One device under two addresses, listed and found or listed twice, stays under the one that was first. That one has
   * moved, if nobody answers where it was.
   */
  #claim(key: string, deviceId: string): boolean {
    const entryKey = this.#keyOf(({ device }, other) => other !== key && device.deviceId === deviceId);
    const owner = entryKey === undefined ? undefined : this.#entries.get(entryKey);
    if (entryKey === undefined || owner === undefined) {
      this.#removeStandIn(key, deviceId);
      return true;
    }
    const { device } = owner;
    const whereabouts = this.#entries.get(key)?.device.whereabouts;
    this.#aliases.set(key, { entryKey, deviceId });
    this.#remove(key);
    if (!device.isUp && whereabouts !== undefined) device.moveTo(whereabouts);
    this.#options.tell(device.isUp ? 'known already' : 'moved', device);
    return false;
  }

  /** One that is to be called by that id, and has not said yet who it is: the same device. */
  #removeStandIn(key: string, deviceId: string): void {
    const other = this.#keyOf((entry, candidate) => candidate !== key && entry.provisionalId === deviceId);
    if (other === undefined || this.#entries.get(other)?.device.deviceId !== undefined) return;
    this.#aliases.set(other, { entryKey: key, deviceId });
    this.#remove(other);
  }

  #keyOf(isMeant: (entry: Entry<D>, key: string) => boolean): string | undefined {
    for (const [key, entry] of this.#entries) if (isMeant(entry, key)) return key;
    return undefined;
  }

  #see(entry: Entry<D>): void {
    entry.lastSeenMs = this.#options.clock.monotonicMs();
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    entry?.device.dispose();
  }
}

function hostOf({ whereabouts }: RosterDevice): string {
  return parseAddress(whereabouts.address).host;
}

/** Whether a device that has answered is where this one is thought to be. */
function isAt(device: RosterDevice, { host, names = [] }: DiscoveredDevice): boolean {
  const own = hostOf(device);
  return own === host || names.includes(own);
}

/** The host as the configuration has it: a name outlasts its addresses. */
function nameIn(found: DiscoveredDevice, device: RosterDevice): string {
  return isAt(device, found) ? hostOf(device) : found.host;
}

/** A device has several ports, but none of its own choice: one that is listed with such a one is another, behind a router. */
function mayHavePort({ whereabouts }: RosterDevice, { hint }: DiscoveredDevice): boolean {
  const { port } = parseAddress(whereabouts.address);
  return port === undefined || port === hint.port || Object.values(DEVICE_PORTS).includes(port);
}

/** Whether an address names a port or a protocol besides the host. */
function isExact(address: string): boolean {
  const { port, scheme } = parseAddress(address);
  return port !== undefined || scheme !== undefined;
}
