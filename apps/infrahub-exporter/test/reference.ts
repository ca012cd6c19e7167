import { existsSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../shared/reference/infrahub/fixtures/', import.meta.url);

/** Whether the reference, fixtures beside the repository, is there. */
export const hasReference = existsSync(FOLDER);

/** A file of the reference, for tests that run only where it is there. */
export function readReference<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as T;
}
