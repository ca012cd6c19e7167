import type { CarbonPoint } from './ledger.ts';
import type { LedgerBook } from './ledger-book.ts';

/** What one connection says, as it comes in. */
export interface CarbonReader {
  push(bytes: Buffer): void;
  /** The connection is over: what is incomplete counts for nothing. */
  end(): void;
}

/** Carbon reads numbers with Python's `float()`; this is what it takes of them, infinities and NaN left out. */
const NUMBER = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)([eE][+-]?\d+)?$/;

/** Longest line in bytes; beyond it Carbon closes the connection. */
const MAX_LINE_BYTES = 16_384;

const LINE_FEED = 0x0a;

/** Reads lines: `path value timestamp`, parted by blanks. */
export function plaintextReader(book: LedgerBook): CarbonReader {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(bytes) {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      let start = 0;
      for (let end = rest.indexOf(LINE_FEED); end !== -1; end = rest.indexOf(LINE_FEED, start)) {
        const line = rest.toString('utf8', start, end);
        book.line(line, end - start > MAX_LINE_BYTES ? undefined : parsePlaintextLine(line));
        start = end + 1;
      }
      rest = rest.subarray(start);
      book.changed();
    },
    end() {
      book.tornBytes += rest.length;
    },
  };
}

/** A line as Carbon reads it, undefined if it is none. Stricter in one thing: what is not ASCII is not taken. */
export function parsePlaintextLine(line: string): CarbonPoint | undefined {
  const [path = '', value = '', timestamp = '', ...more] = line.trim().split(/\s+/);
  if (more.length > 0 || !/^[\x21-\x7e]+$/.test(path)) return undefined;
  if (!NUMBER.test(value) || !NUMBER.test(timestamp)) return undefined;
  return { path, value: numberOf(value), timestampSeconds: Math.trunc(numberOf(timestamp)) };
}

function numberOf(text: string): number {
  return Number(text.replaceAll('_', ''));
}
