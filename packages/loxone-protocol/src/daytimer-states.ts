import { type ListReading, readLists } from './list-table.ts';
import { formatUuid, UUID_BYTES } from './uuid.ts';

/** The schedule of a daytimer. */
export interface DaytimerState {
  /** UUID of the state, in lower case. */
  readonly uuid: string;

  /** What holds outside all entries. */
  readonly defaultValue: number;
  readonly entries: readonly DaytimerEntry[];
}

/** One period of a day. */
export interface DaytimerEntry {
  /** Number of the operating mode in which the entry holds. */
  readonly mode: number;

  /** Minutes after midnight. */
  readonly fromMinutes: number;

  /** Minutes after midnight. */
  readonly toMinutes: number;

  /** Whether it only holds once somebody has activated it. */
  readonly needsActivation: boolean;

  /** As sent: 0 or 1 for digital daytimers; room controllers may hide a temperature in it. */
  readonly value: number;
}

/** Reads a table of daytimer states: UUID, default value, and 24 bytes an entry ("Communicating with the Miniserver"). */
export function decodeDaytimerStates(payload: Uint8Array): ListReading<DaytimerState> {
  return readLists(payload, {
    name: 'daytimer states',
    headBytes: UUID_BYTES + 12,
    countOffset: UUID_BYTES + 8,
    entryBytes: 24,
    read: (view, at, entryOffsets) => ({
      uuid: formatUuid(view, at),
      defaultValue: view.getFloat64(at + UUID_BYTES, true),
      entries: entryOffsets.map((offset) => readEntry(view, offset)),
    }),
  });
}

function readEntry(view: DataView, at: number): DaytimerEntry {
  return {
    mode: view.getInt32(at, true),
    fromMinutes: view.getInt32(at + 4, true),
    toMinutes: view.getInt32(at + 8, true),
    needsActivation: view.getInt32(at + 12, true) !== 0,
    value: view.getFloat64(at + 16, true),
  };
}
