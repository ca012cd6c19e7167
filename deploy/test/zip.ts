import { inflateRawSync } from 'node:zlib';

/** A file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Buffer;
}

const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_BYTES = 22;
const DIRECTORY_ENTRY_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
const DEFLATED = 8;

/**
 * The files of a ZIP archive, read as its central directory lists them (APPNOTE.TXT 4.3): as `unzip` is not on every machine.
 * Archives of more than 4 GB and encrypted ones are not read.
 */
export function* unzip(archive: Buffer): Generator<ZipEntry> {
  let at = archive.length - END_OF_DIRECTORY_BYTES;
  while (at >= 0 && archive.readUInt32LE(at) !== END_OF_DIRECTORY) at--;
  if (at < 0) throw new RangeError('not a ZIP archive: it has no end of central directory');
  const entries = archive.readUInt16LE(at + 10);
  let entryAt = archive.readUInt32LE(at + 16);
  for (let entry = 0; entry < entries; entry++) {
    const method = archive.readUInt16LE(entryAt + 10);
    const packedBytes = archive.readUInt32LE(entryAt + 20);
    const nameBytes = archive.readUInt16LE(entryAt + 28);
    const name = archive.toString('utf8', entryAt + DIRECTORY_ENTRY_BYTES, entryAt + DIRECTORY_ENTRY_BYTES + nameBytes);
    const localAt = archive.readUInt32LE(entryAt + 42);
    const packedAt =
      localAt + LOCAL_HEADER_BYTES + archive.readUInt16LE(localAt + 26) + archive.readUInt16LE(localAt + 28);
    const packed = archive.subarray(packedAt, packedAt + packedBytes);
    if (!name.endsWith('/')) yield { name, bytes: method === DEFLATED ? inflateRawSync(packed) : packed };
    entryAt +=
      DIRECTORY_ENTRY_BYTES + nameBytes + archive.readUInt16LE(entryAt + 30) + archive.readUInt16LE(entryAt + 32);
  }
}
