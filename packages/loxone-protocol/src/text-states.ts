import type { Fault } from './fault.ts';
import { NO_STATE, type StateTable } from './state-table.ts';
import { badTable, type TableReading, viewOf } from './table-reading.ts';
import { formatUuid, UUID_BYTES } from './uuid.ts';

const LENGTH_OFFSET = 2 * UUID_BYTES;
const HEAD_BYTES = LENGTH_OFFSET + 4;

/** A NUL or a byte order mark is part of the text like anything else. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** One entry of a table of text states. Each getter decodes when it is read, so what is not wanted costs nothing. */
export class TextEntry {
  readonly #view: DataView;
  readonly #at: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  /** The text. Bytes that are not UTF-8 become U+FFFD. */
  get text(): string {
    const lengthBytes = this.#view.getUint32(this.#at + LENGTH_OFFSET, true);
    const start = this.#view.byteOffset + this.#at + HEAD_BYTES;
    return utf8.decode(new Uint8Array(this.#view.buffer, start, lengthBytes));
  }

  /** UUID of the icon that goes with the text, all zeros for none. */
  get iconUuid(): string {
    return formatUuid(this.#view, this.#at + UUID_BYTES);
  }
}

/**
 * Reads a table of text states: UUID, UUID of an icon, uint32 length in bytes, UTF-8 text with zeros up to a multiple of
 * 4 ("Communicating with the Miniserver").
 *
 * @param onText called for every registered state of every entry, in the order of the table; the entry is good for the
 *   time of the call only
 */
export function decodeTextStates(
  payload: Uint8Array,
  table: StateTable,
  onText: (state: number, entry: TextEntry) => void,
): TableReading {
  const view = viewOf(payload);
  let entries = 0;
  let unknown = 0;
  for (let at = 0; at < view.byteLength; ) {
    const fault = faultAt(view, at, entries);
    if (fault !== undefined) return { entries, unknown, fault };
    let state = table.first(view, at);
    if (state === NO_STATE) unknown += 1;
    for (; state !== NO_STATE; state = table.next(state)) onText(state, new TextEntry(view, at));
    entries += 1;
    at += HEAD_BYTES + Math.ceil(view.getUint32(at + LENGTH_OFFSET, true) / 4) * 4;
  }
  return { entries, unknown, fault: undefined };
}

/** Zeros missing behind the last text are no fault: nothing is lost with them. */
function faultAt(view: DataView, at: number, entries: number): Fault | undefined {
  const left = view.byteLength - at - HEAD_BYTES;
  if (left < 0) return badTable('text states', entries, `${HEAD_BYTES} bytes before a text`, `${left + HEAD_BYTES}`);
  const lengthBytes = view.getUint32(at + LENGTH_OFFSET, true);
  if (lengthBytes <= left) return undefined;
  return badTable('text states', entries, `${lengthBytes} bytes of text`, `${left}`);
}
