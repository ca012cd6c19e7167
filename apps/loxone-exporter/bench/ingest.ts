/** Loxone's value events on their way from the bytes of a table to the series, through the exporter's own code. */
import { parseStructure } from '@device-exporters/loxone-protocol';
import { SeriesRegistry } from '@device-exporters/metrics';
import { createHouse } from '@device-exporters/simulators';
import { figure, medianMs, report } from '../../../scripts/bench/row.ts';
import { House } from '../src/house.ts';
import { declareMetrics } from '../src/metrics.ts';

const UUID = /^(.{8})-(.{4})-(.{4})-(.{16})$/;
const TABLES = 1_000;

/** A value table as it comes, of all these states, with the values of one turn. */
function tableOf(uuids: readonly string[], turn: number): Buffer {
  const payload = Buffer.alloc(24 * uuids.length);
  for (const [index, uuid] of uuids.entries()) {
    const [, first = '', second = '', third = '', rest = ''] = UUID.exec(uuid) ?? [];
    payload.writeUInt32LE(Number.parseInt(first, 16), 24 * index);
    payload.writeUInt16LE(Number.parseInt(second, 16), 24 * index + 4);
    payload.writeUInt16LE(Number.parseInt(third, 16), 24 * index + 6);
    payload.write(rest, 24 * index + 8, 'hex');
    payload.writeDoubleLE(turn + index / 8, 24 * index + 16);
  }
  return payload;
}

const structure = parseStructure(createHouse({ controls: 500 }).structure);
const registry = new SeriesRegistry();
const house = new House(structure, {
  miniserver: 'home',
  registry,
  metrics: declareMetrics(registry),
  group: registry.group(),
  filters: { exclude_rooms: [], exclude_types: [], exclude_names: [] },
  includeTexts: false,
});
const uuids = [...new Set(structure.controls.flatMap(({ states }) => states.map(({ uuid }) => uuid)))];
const tables = [tableOf(uuids, 1), tableOf(uuids, 2)];

const ms = await medianMs(9, () => {
  for (let turn = 0; turn < TABLES; turn++) house.applyValues(tables[turn % 2] ?? Buffer.alloc(0));
});
const millionsPerSecond = (TABLES * uuids.length) / ms / 1000;
if (house.exported === 0) throw new Error('the measurement is void: nothing was stored');
report([
  {
    what: `Loxone value events decoded and stored, ${figure(uuids.length)} states`,
    ours: `${figure(millionsPerSecond)} M/s`,
    peer: '',
    ratio: undefined,
    target: '≥ 20 M/s (stretch 60)',
    isMet: millionsPerSecond >= 20,
  },
]);
