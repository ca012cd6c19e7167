import { stringifyJson } from './json.ts';

/**
 * A value of a node as the text of a label: 0 and false are values, null is none, a list is sorted and joined.
 */
export function labelValueOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return sortedList(value.map(labelValueOf));
  if (typeof value === 'object') return stringifyJson(value);
  return String(value as string | number | boolean | bigint);
}

/** Joined with commas; sorted, as the server's order is no promise, and another order would be another series. */
export function sortedList(values: readonly string[]): string {
  return values
    .filter((value) => value !== '')
    .toSorted((a, b) => (a < b ? -1 : Number(a > b)))
    .join(',');
}
