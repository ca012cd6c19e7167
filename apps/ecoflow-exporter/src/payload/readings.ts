/**
 * What one payload says: numbers by wire key, as they stand on the wire. Booleans are 1 and 0. Nested names are joined
 * with `.`, elements of lists carry `[n]`.
 */
export interface Readings {
  readonly values: ReadonlyMap<string, number>;
  /** Lists that the payload carries in full, by path, with their lengths. */
  readonly listLengths: ReadonlyMap<string, number>;
}

/** Readings under construction. */
export interface ReadingsBuilder {
  readonly values: Map<string, number>;
  readonly listLengths: Map<string, number>;
}

/** More elements than this of one list are not kept: the longest that are worth a series are cells and circuits. */
export const MAX_LIST_LENGTH = 64;

/** More keys than this are not kept, of a payload as of a device; the richest device known has about 700. */
export const MAX_KEYS = 4_000;

const MAX_DEPTH = 12;

const MAX_KEY_LENGTH = 160;

/** Times and numbers of the message itself, in the midst of the readings of some shapes. */
const ENVELOPE_KEYS: ReadonlySet<string> = new Set(['id', 'timestamp', 'latestTimeStamp', 'version']);

/** Schedules: long, never a measurement, and enough of them to drown the rest. */
const TASKS = /^(?:cfg)?(?:time_?)?task/i;

/** An empty builder. */
export function createReadings(): ReadingsBuilder {
  return { values: new Map(), listLengths: new Map() };
}

/** Adds a value of JSON or of a decoded message under a path. Text, null, what is not finite and schedules are left out. */
function addReading(readings: ReadingsBuilder, path: string, value: unknown, depth = 0): void {
  if (path.length > MAX_KEY_LENGTH || depth > MAX_DEPTH || readings.values.size >= MAX_KEYS) return;
  if (typeof value === 'number' || typeof value === 'boolean') {
    if (Number.isFinite(Number(value))) readings.values.set(path, Number(value));
  } else if (Array.isArray(value)) {
    addList(readings, path, value, depth);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) addMember(readings, path, name, member, depth);
  }
}

/** Adds every member of an object. @param prefix put before every key: empty, or ending in a dot */
export function addMembers(readings: ReadingsBuilder, members: object, prefix = ''): void {
  const path = prefix.endsWith('.') ? prefix.slice(0, -1) : prefix;
  for (const [name, member] of Object.entries(members)) {
    if (path === '' && ENVELOPE_KEYS.has(name)) continue;
    addMember(readings, path, name, member, 0);
  }
}

function addMember(readings: ReadingsBuilder, path: string, name: string, member: unknown, depth: number): void {
  // Scalars about schedules, such as how many there are, may stay.
  const isSchedule = name.split('.').some((part, index, parts) => isBranch(member, index, parts) && TASKS.test(part));
  if (!isSchedule) addReading(readings, path === '' ? name : `${path}.${name}`, member, depth + 1);
}

function isBranch(member: unknown, index: number, parts: readonly string[]): boolean {
  return index < parts.length - 1 || (typeof member === 'object' && member !== null);
}

function addList(readings: ReadingsBuilder, path: string, list: readonly unknown[], depth: number): void {
  const length = Math.min(list.length, MAX_LIST_LENGTH);
  if (readings.listLengths.size < MAX_KEYS) readings.listLengths.set(path, length);
  for (let index = 0; index < length; index++) addReading(readings, `${path}[${index}]`, list[index], depth + 1);
}
