import { Readable } from 'node:stream';

/** The same bytes over and over, as fast as they are taken, until the reader has had enough. */
export function floodOf(bytes: Buffer): Readable {
  return new Readable({
    read() {
      this.push(bytes);
    },
  });
}
