import { existsSync, readdirSync, readFileSync } from 'node:fs';

const REFERENCE = new URL('../../../../../shared/reference/tapo-kasa/', import.meta.url);

/** Test vectors and captures stand beside the repository; without them what needs them is skipped by name. */
export const hasReference = existsSync(REFERENCE);

/** Each file has a shape of its own, described in its `note`. */
export function readReference<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, REFERENCE), 'utf8')) as T;
}

/** The names of all captures; none without the reference. */
export const captureNames: readonly string[] = hasReference
  ? readdirSync(new URL('fixtures/', REFERENCE)).filter((name) => /^(iot|smart)/.test(name))
  : [];

/** One of {@link captureNames}. */
export function readCaptureFile(name: string): object {
  return readReference(`fixtures/${name}`);
}
