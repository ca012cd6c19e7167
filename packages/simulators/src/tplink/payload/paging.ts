import { isObject, type Json, type JsonObject } from '../json.ts';

const PAGED = ['child_device_list', 'child_component_list'] as const;

/**
 * The part of a list of children that `start_index` asks for (PROTOCOLS §8); any other reply as it is.
 *
 * @returns undefined when `start_index` is no place in a list
 */
export function pageOf(reply: Json, params: JsonObject | undefined, pageSize: number): Json | undefined {
  if (!isObject(reply) || !('sum' in reply)) return reply;
  const key = PAGED.find((name) => Array.isArray(reply[name]));
  const list = key === undefined ? undefined : reply[key];
  if (key === undefined || !Array.isArray(list)) return reply;
  const { start_index: start = 0 } = params ?? {};
  if (typeof start !== 'number' || !Number.isInteger(start) || start < 0) return undefined;
  return { ...reply, [key]: list.slice(start, start + pageSize), start_index: start, sum: list.length };
}
