import * as fs from 'node:fs';

/** What the spool asks of a file system: `node:fs`, or in tests one that fails. */
export type SpoolFiles = Pick<
  typeof fs,
  | 'closeSync'
  | 'fdatasync'
  | 'ftruncateSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readdirSync'
  | 'readFileSync'
  | 'rmSync'
  | 'statSync'
  | 'truncateSync'
  | 'unlinkSync'
  | 'utimesSync'
  | 'writeFileSync'
  | 'writeSync'
>;

/** The real one. */
export const systemFiles: SpoolFiles = fs;
