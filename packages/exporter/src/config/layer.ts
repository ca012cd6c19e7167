import type { KeyPath } from './yaml-file.ts';

/** Values by key, sections nested: one source of the configuration, not yet complete. */
export interface Values {
  [key: string]: unknown;
}

/** Stands for a value that was given and cannot be used: it is a problem already, and not a missing one. */
export const BROKEN = Symbol('broken');

/** `miniservers[0].host`. */
export function keyText(path: KeyPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

const WHOLE = Symbol('whole list');

/** Marks a list that takes the place of another one as a whole. */
export function asWhole<T>(list: readonly T[]): readonly T[] {
  return Object.assign([...list], { [WHOLE]: true });
}

/** Lays one source over another: sections key by key, lists item by item, everything else as a whole. */
export function overlay(base: unknown, above: unknown): unknown {
  if (above === undefined) return base;
  if (isSectionItems(base) && isSectionItems(above) && !Object.hasOwn(above, WHOLE)) {
    return Array.from({ length: Math.max(base.length, above.length) }, (_, index) =>
      overlay(base[index], above[index]),
    );
  }
  if (!isPlainObject(base) || !isPlainObject(above)) return above;
  const merged: Values = { ...base };
  for (const [key, value] of Object.entries(above)) merged[key] = overlay(base[key], value);
  return merged;
}

function isSectionItems(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every(isPlainObject);
}

function isPlainObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
