import type { Fault } from './fault.ts';

/** What became of an event table whose entries belong to states. */
export interface TableReading {
  /** How many entries were read. */
  readonly entries: number;

  /** How many of them belong to no registered state: controls left out, global states, weather. */
  readonly unknown: number;

  /** What was wrong with the table behind those entries, if anything was. */
  readonly fault: Fault | undefined;
}

/** The fault of a table that ends inside an entry, or whose entry claims more than is left. */
export function badTable(table: string, entries: number, expected: string, found: string): Fault {
  return { reason: 'bad_table', detail: `${table} after ${entries} entries: expected ${expected}, found ${found}` };
}

/** The bytes of a payload, wherever they begin: `ws` hands out slices of a pool, at any offset. */
export function viewOf(payload: Uint8Array): DataView {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
}
