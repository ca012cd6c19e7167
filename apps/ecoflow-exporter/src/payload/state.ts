import { MAX_KEYS, type Readings } from './readings.ts';

/** Everything that a device has said and not taken back. */
export type DeviceState = Readings;

/** The state of a device that has said nothing. */
export const EMPTY_STATE: DeviceState = { values: new Map(), listLengths: new Map() };

/**
 * The state after one more payload. Keys that it does not carry keep their values: pushes are partial. A list that it
 * carries is carried in full, so that elements beyond its new end are gone, and members that its elements lack as well.
 */
export function merge(state: DeviceState, push: Readings): DeviceState {
  const values = new Map(state.values);
  const listLengths = new Map(state.listLengths);
  for (const [path, length] of push.listLengths) {
    // Most lists are numbers, as many as before: then every element is overwritten anyhow.
    if (listLengths.get(path) !== length || !push.values.has(`${path}[0]`)) dropElements(values, path);
    listLengths.set(path, length);
  }
  for (const [key, value] of push.values) {
    if (values.has(key) || values.size < MAX_KEYS) values.set(key, value);
  }
  return { values, listLengths: bounded(listLengths) };
}

function dropElements(values: Map<string, number>, path: string): void {
  const start = `${path}[`;
  for (const key of values.keys()) if (key.startsWith(start)) values.delete(key);
}

function bounded(listLengths: Map<string, number>): ReadonlyMap<string, number> {
  return listLengths.size <= MAX_KEYS ? listLengths : new Map([...listLengths].slice(-MAX_KEYS));
}
