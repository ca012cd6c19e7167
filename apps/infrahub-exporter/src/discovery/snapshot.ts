import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { inSlices } from '../slices.ts';
import { jsonOf, type ReadGroups } from './read-groups.ts';

const compress = promisify(gzip);

/** So many parts of some hundred groups are written, or copied, before others get a turn. */
const WRITTEN_PARTS = 2;
const COPIED_PARTS = 25;

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
  await inSlices(
    groups.filter((part) => part.length > 0),
    WRITTEN_PARTS,
    (parts, from) => {
      const text = parts.map((part) => part.map(jsonOf).join(',\n')).join(',\n');
      const piece = Buffer.from(from === 0 ? text : `,\n${text}`);
      hash.update(piece);
      pieces.push(piece);
    },
  );
  const etag = `"${hash.digest('base64url').slice(0, 22)}"`;
  if (before?.etag === etag) return { ...before, targets, skipped };
  const plain = await joined([...pieces, Buffer.from(']\n')]);
  return { plain, gzip: await compress(plain, { level: constants.Z_BEST_SPEED }), etag, targets, skipped };
}

async function joined(pieces: readonly Buffer[]): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(pieces.reduce((bytes, { length }) => bytes + length, 0));
  let at = 0;
  await inSlices(pieces, COPIED_PARTS, (slice) => {
    for (const piece of slice) at += piece.copy(whole, at);
  });
  return whole;
}
