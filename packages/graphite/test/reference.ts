import { existsSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../shared/reference/energy/vectors/', import.meta.url);

/** Whether the reference, test vectors beside the repository, is there. */
export const hasReference = existsSync(FOLDER);

/** The cases of a file of the reference, for tests that run only where it is there. */
export function readCases<T>(file: string): T[] {
  if (!hasReference) return [];
  return (JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as { cases: T[] }).cases;
}
