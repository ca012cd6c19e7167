import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { ReadGroups } from './read-groups.ts';

const compress = promisify(gzip);

const SLICE = 500;

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
  const pieces: Buffer[] = [Buffer.from('[')];
  const hash = createHash('sha256');
  // In pieces, between which others get a turn.
  for (let from = 0; from < groups.length; from += SLICE) {
    if (from > 0) await nextTurn();
    const text = groups.slice(from, from + SLICE).map(({ json }) => json);
    const piece = Buffer.from(`${from === 0 ? '' : ',\n'}${text.join(',\n')}`);
    hash.update(piece);
    pieces.push(piece);
  }
  const plain = Buffer.concat([...pieces, Buffer.from(']\n')]);
  const etag = `"${hash.digest('base64url').slice(0, 22)}"`;
  if (before?.etag === etag) return { ...before, targets, skipped };
  return { plain, gzip: await compress(plain, { level: constants.Z_BEST_SPEED }), etag, targets, skipped };
}
