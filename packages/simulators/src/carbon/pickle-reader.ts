import type { CarbonPoint } from './ledger.ts';
import type { LedgerBook } from './ledger-book.ts';
import type { CarbonReader } from './plaintext-reader.ts';
import { unpicklePoints } from './unpickle.ts';

const LENGTH_BYTES = 4;

/** Longest message; Carbon closes the connection at one that is longer (`PICKLE_RECEIVER_MAX_LENGTH`). */
const MAX_MESSAGE_BYTES = 2 ** 20;

/** Reads messages: a big-endian 32-bit length, then a pickle. */
export function pickleReader(book: LedgerBook): CarbonReader {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(bytes) {
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= LENGTH_BYTES) {
        const length = rest.readUInt32BE();
        if (rest.length < LENGTH_BYTES + length) break;
        const body = rest.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
        book.frame(body, length > MAX_MESSAGE_BYTES ? undefined : pointsOf(body));
        rest = rest.subarray(LENGTH_BYTES + length);
      }
      book.changed();
    },
    end() {
      book.tornBytes += rest.length;
    },
  };
}

function pointsOf(body: Buffer): CarbonPoint[] | undefined {
  try {
    return unpicklePoints(body);
  } catch {
    return undefined;
  }
}
