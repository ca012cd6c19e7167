import type { Control } from '@device-exporters/loxone-protocol';
import { compileGlob } from './glob.ts';

/** What the configuration leaves out. */
export interface Filters {
  /** Exact names. */
  readonly exclude_rooms: readonly string[];
  /** Exact names. */
  readonly exclude_types: readonly string[];
  /** Patterns, see {@link compileGlob}. */
  readonly exclude_names: readonly string[];
}

/**
 * The controls that pass the filters. A control that is left out takes its sub-controls along: without it nobody would
 * know what they belong to.
 *
 * @param controls every control, each after the one it is part of
 */
export function selectControls(controls: readonly Control[], filters: Filters): Set<Control> {
  const patterns = filters.exclude_names.map(compileGlob);
  const excluded = new Set<string>();
  const selected = new Set<Control>();
  for (const control of controls) {
    const isExcluded =
      (control.parentUuid !== undefined && excluded.has(control.parentUuid)) ||
      filters.exclude_rooms.includes(control.room) ||
      filters.exclude_types.includes(control.type) ||
      patterns.some((pattern) => pattern.test(control.name));
    if (isExcluded) excluded.add(control.uuid);
    else selected.add(control);
  }
  return selected;
}
