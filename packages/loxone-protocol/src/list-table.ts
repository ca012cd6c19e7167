import type { Fault } from './fault.ts';
import { badTable, viewOf } from './table-reading.ts';

/** The states of a table, complete up to the fault if there is one. */
export interface ListReading<State> {
  readonly states: State[];

  /** What was wrong with the table behind those states, if anything was. */
  readonly fault: Fault | undefined;
}

/** How the bytes of a table of lists are laid out: heads of a fixed size, each with so many entries of a fixed size. */
export interface ListLayout<State> {
  /** What the table holds, for the sentence of a fault. */
  readonly name: string;
  readonly headBytes: number;
  /** Where in a head the int32 count of its entries stands. */
  readonly countOffset: number;
  readonly entryBytes: number;
  /** Reads the head at `at`, and as many entries behind it as were found to be there. */
  readonly read: (view: DataView, at: number, entryOffsets: number[]) => State;
}

/** Reads a table of lists. A count is believed once the bytes for it are there, before memory is taken. */
export function readLists<State>(payload: Uint8Array, layout: ListLayout<State>): ListReading<State> {
  const { name, headBytes, countOffset, entryBytes, read } = layout;
  const view = viewOf(payload);
  const states: State[] = [];
  for (let at = 0; at < view.byteLength; ) {
    const left = view.byteLength - at - headBytes;
    if (left < 0) return { states, fault: badTable(name, states.length, `${headBytes} bytes`, `${left + headBytes}`) };
    const count = view.getInt32(at + countOffset, true);
    if (count < 0 || count * entryBytes > left) {
      return { states, fault: badTable(name, states.length, `a count for ${left} bytes`, `${count}`) };
    }
    const first = at + headBytes;
    states.push(
      read(
        view,
        at,
        Array.from({ length: count }, (_, entry) => first + entry * entryBytes),
      ),
    );
    at = first + count * entryBytes;
  }
  return { states, fault: undefined };
}
