import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { ReadGroups } from './read-groups.ts';

const compress = promisify(gzip);

/** A list of targets, ready to be served. */
export interface Snapshot {
  readonly plain: Buffer;
  readonly gzip: Buffer;
  readonly etag: string;
  readonly targets: number;
  readonly skipped: number;
}

/** Renders groups once, for everybody who asks until the next round; what has not changed stays as it is. */
export async function snapshotOf(
  { groups, targets, skipped }: ReadGroups,
  before: Snapshot | undefined,
): Promise<Snapshot> {
  const plain = Buffer.from(`[${groups.join(',\n')}]\n`);
  if (before?.plain.equals(plain)) return { ...before, targets, skipped };
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { plain, gzip: await compress(plain, { level: constants.Z_BEST_SPEED }), etag, targets, skipped };
}
