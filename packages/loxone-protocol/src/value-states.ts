import { NO_STATE, type StateTable } from './state-table.ts';
import { badTable, type TableReading, viewOf } from './table-reading.ts';
import { UUID_BYTES } from './uuid.ts';

const ENTRY_BYTES = UUID_BYTES + 8;

/**
 * Reads a table of value states: n times a UUID and a float64, little endian ("Communicating with the Miniserver").
 *
 * The hot path: nothing is allocated for an entry. Values are handed on as sent, NaN, infinities and the -1000 that
 * stands for "no outdoor temperature" included.
 *
 * @param onValue called for every registered state of every entry, in the order of the table
 */
export function decodeValueStates(
  payload: Uint8Array,
  table: StateTable,
  onValue: (state: number, value: number) => void,
): TableReading {
  const view = viewOf(payload);
  const excess = view.byteLength % ENTRY_BYTES;
  const end = view.byteLength - excess;
  let unknown = 0;
  for (let at = 0; at < end; at += ENTRY_BYTES) {
    let state = table.first(view, at);
    if (state === NO_STATE) unknown += 1;
    const value = view.getFloat64(at + UUID_BYTES, true);
    for (; state !== NO_STATE; state = table.next(state)) onValue(state, value);
  }
  const entries = end / ENTRY_BYTES;
  const fault = excess > 0 ? badTable('value states', entries, `${ENTRY_BYTES} bytes`, `${excess}`) : undefined;
  return { entries, unknown, fault };
}
