/**
 * How many value events per second are decoded and stored: UUID looked up, float64 read, value kept, change noted.
 *
 * `node bench/ingest.ts` prints a table.
 */
import { decodeValueStates, StateTable } from '../src/index.ts';

/** What one measurement is of. */
export interface IngestOptions {
  /** Distinct UUIDs, one state each. */
  readonly uuids: number;

  /** Entries of each table that is decoded. */
  readonly entriesPerTable: number;

  /** Events of one round; the best of all rounds counts. */
  readonly events: number;
  readonly rounds: number;
}

/** Measures; returns events per second. */
export function measureIngest({ uuids, entriesPerTable, events, rounds }: IngestOptions): number {
  const names = Array.from({ length: uuids }, (_, index) => uuidOf(index));
  const table = new StateTable();
  for (const [state, uuid] of names.entries()) table.add(uuid, state);
  const values = new Float64Array(uuids);
  const changed = new Uint8Array(uuids);
  const store = (state: number, value: number): void => {
    values[state] = value;
    changed[state] = 1;
  };
  const tables = makeTables(names, entriesPerTable);
  let best = 0;
  for (let round = 0; round < rounds; round += 1) {
    let done = 0;
    const startMs = performance.now();
    while (done < events) {
      for (const payload of tables) done += decodeValueStates(payload, table, store).entries;
    }
    best = Math.max(best, (1000 * done) / (performance.now() - startMs));
  }
  if (changed.includes(0)) throw new Error('the measurement is void: a state was never stored');
  return best;
}

/** UUIDs as a Miniserver makes them: a time that many share, a counter, and the hardware's number. */
function uuidOf(index: number): string {
  const time = (0x0f86_9a64 + Math.floor(index / 7) * 37).toString(16).padStart(8, '0');
  const counter = (index % 0x1_0000).toString(16).padStart(4, '0');
  return `${time}-0200-${counter}-ffffd4c75dbaf53c`;
}

/** Tables that hold every UUID once, in no order, at an odd offset of a larger buffer as `ws` hands them out. */
function makeTables(uuids: readonly string[], entriesPerTable: number): Uint8Array[] {
  const order = shuffled(uuids);
  const tables: Uint8Array[] = [];
  for (let first = 0; first < order.length; first += entriesPerTable) {
    const entries = order.slice(first, first + entriesPerTable);
    const payload = Buffer.alloc(5 + 24 * entries.length).subarray(5);
    for (const [index, uuid] of entries.entries()) {
      const hex = uuid.replaceAll('-', '');
      const wire = Buffer.from(hex, 'hex');
      wire.subarray(0, 4).reverse();
      wire.subarray(4, 6).reverse();
      wire.subarray(6, 8).reverse();
      wire.copy(payload, 24 * index);
      payload.writeDoubleLE(first + index / 8, 24 * index + 16);
    }
    tables.push(payload);
  }
  return tables;
}

/** The same order on every machine. */
function shuffled<T>(items: readonly T[]): T[] {
  const keyed = items.map((item, index) => ({ item, key: Math.imul(index + 1, 0x9e37_79b1) >>> 0 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

if (import.meta.main) {
  console.log('UUIDs  entries/table  million events/s');
  for (const uuids of [500, 2_000, 5_000]) {
    for (const entriesPerTable of [uuids, 1]) {
      const perSecond = measureIngest({ uuids, entriesPerTable, events: 5_000_000, rounds: 5 });
      const columns = [String(uuids).padStart(5), String(entriesPerTable).padStart(13)];
      console.log(`${columns.join('  ')}  ${(perSecond / 1e6).toFixed(1).padStart(16)}`);
    }
  }
}
