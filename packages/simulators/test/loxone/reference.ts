import { existsSync, readFileSync } from 'node:fs';

const REFERENCE = new URL('../../../../../shared/reference/loxone/', import.meta.url);

/** Test vectors and fixtures stand beside the repository; without them what needs them is skipped by name. */
export const hasReference = existsSync(REFERENCE);

/** Each file has a shape of its own, described in its `note`. */
export function readReference<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, REFERENCE), 'utf8')) as T;
}
