import { type OutputLog, silentLog } from '../log.ts';
import { foldSegment } from './segment.ts';
import { InvalidStateError, type NameStore } from './state-file.ts';

/** A device, or an outlet of one, that needs a segment. */
export interface NamedDevice {
  /** Never changes: the device's own id, with the outlet's where it is one. */
  readonly id: string;
  /** What its owner calls it; undefined or blank while nobody knows, as when it has not answered yet. */
  readonly alias: string | undefined;
}

/** Settings of {@link createDeviceNames}. */
export interface DeviceNamesOptions {
  /** Where names outlive the process: {@link nameFile}. Default: nowhere. */
  readonly store?: NameStore | undefined;
  readonly log?: OutputLog;
}

/** Gives each device a segment of its own, and the same one for ever. */
export interface DeviceNames {
  /**
   * The segments of devices, by id, to be called with all that are known after each discovery.
   *
   * A device keeps the name that it got first, also when it is renamed: else its series would break off. Where two fold to
   * the same name, the one that had it first keeps it, and the other has the last four hex digits of its id behind it; among
   * devices that are new at the same time the lower id is first.
   *
   * A device without a known alias has a name made of its id, which is not kept: the first true name replaces it.
   */
  assign(devices: Iterable<NamedDevice>): ReadonlyMap<string, string>;
}

/** Reads the names of earlier runs at the first use. Without a working store, names are kept in memory, with a warning. */
export function createDeviceNames({ store, log = silentLog }: DeviceNamesOptions = {}): DeviceNames {
  let names: Map<string, string> | undefined;
  let isSaved = true;
  let maySave = true;

  function load(): Map<string, string> {
    try {
      return store?.load() ?? new Map();
    } catch (err) {
      // What is merely out of reach now may be whole: it must not be overwritten.
      maySave = err instanceof InvalidStateError;
      log.warn({ err }, 'the names of devices cannot be read: they are made anew');
      return new Map();
    }
  }

  function save(kept: ReadonlyMap<string, string>): void {
    if (!maySave) return;
    try {
      store?.save(kept);
      isSaved = true;
    } catch (err) {
      if (isSaved) log.warn({ err }, 'the names of devices cannot be written: they are kept in memory alone');
      isSaved = false;
    }
  }

  return {
    assign(devices) {
      names ??= load();
      const { assigned, isChanged } = assignIn(names, devices);
      if (isChanged || !isSaved) save(names);
      return assigned;
    },
  };
}

/** Adds new devices with a name of their own to `names`. */
function assignIn(names: Map<string, string>, devices: Iterable<NamedDevice>) {
  const assigned = new Map<string, string>();
  const taken = new Set(names.values());
  const unnamed: NamedDevice[] = [];
  let isChanged = false;
  const give = (device: NamedDevice, wish: string): string => {
    const name = freeName(wish, device.id, taken);
    taken.add(name);
    assigned.set(device.id, name);
    return name;
  };
  for (const device of [...devices].sort(byId)) {
    const kept = names.get(device.id);
    if (kept !== undefined) assigned.set(device.id, kept);
    else if ((device.alias ?? '').trim() === '') unnamed.push(device);
    else if (!assigned.has(device.id)) {
      names.set(device.id, give(device, foldSegment(device.alias ?? '') || foldSegment(device.id)));
      isChanged = true;
    }
  }
  // Last, so that nobody's true name has to give way to a stopgap.
  for (const device of unnamed) if (!assigned.has(device.id)) give(device, foldSegment(device.id));
  return { assigned, isChanged };
}

const SUFFIX_DIGITS = 4;
const LONGEST_BASE = 150;

/** `lamp`, else `lamp_3fa2`, else with more digits of the id, else with a number. */
function freeName(wish: string, id: string, taken: ReadonlySet<string>): string {
  const whole = wish || 'device';
  if (!taken.has(whole)) return whole;
  // So that name and suffix together are still a segment that is not cut.
  const base = whole.slice(0, LONGEST_BASE);
  const hex = id.toLowerCase().replace(/[^0-9a-f]/g, '');
  for (let digits = SUFFIX_DIGITS; digits <= Math.min(hex.length, 40); digits += SUFFIX_DIGITS) {
    const name = `${base}_${hex.slice(-digits)}`;
    if (!taken.has(name)) return name;
  }
  for (let number = 2; ; number += 1) if (!taken.has(`${base}_${number}`)) return `${base}_${number}`;
}

/** By UTF-16 units: the same on every machine, whatever its language. */
function byId(a: NamedDevice, b: NamedDevice): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
