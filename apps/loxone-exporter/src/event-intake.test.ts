import { parseStructure } from '@device-exporters/loxone-protocol';
import { SeriesRegistry } from '@device-exporters/metrics';
import { createFakeClock } from '@device-exporters/retry/testing';
import { describe, expect, test } from 'vitest';
import { daytimerTable, textTable, valueTable, weatherTable } from '../test/bytes.ts';
import { recordedLog } from '../test/recorded-log.ts';
import { structureFile, uuidOf } from '../test/structure-file.ts';
import { createEventIntake } from './event-intake.ts';
import { House } from './house.ts';
import { declareMetrics } from './metrics.ts';
import { obtainStatusSeries } from './status-series.ts';

const STATE = uuidOf(1);
const STRANGER = uuidOf(2);
const NO_FILTERS = { exclude_rooms: [], exclude_types: [], exclude_names: [] };

/** The intake of a house with one state; `isThere` false: before its structure file has come. */
function intake(isThere = true) {
  const registry = new SeriesRegistry();
  const metrics = declareMetrics(registry);
  const status = obtainStatusSeries(metrics, registry.group(), 'home');
  const structure = parseStructure(structureFile([{ name: 'Number', states: { number: STATE } }]));
  const shared = { miniserver: 'home', registry, metrics, filters: NO_FILTERS, includeTexts: true };
  const house = new House(structure, { ...shared, group: registry.group() });
  const clock = createFakeClock(1_700_000_000_000);
  const { log, records } = recordedLog();
  const events = createEventIntake({ house: () => (isThere ? house : undefined), status, clock, log });
  return { ...events, status, clock, records, registry };
}

describe('a table of events', () => {
  test('is counted by its kind, strangers apart, and sets the time of the latest event', () => {
    const { onTable, status, clock } = intake();
    onTable({
      kind: 'value-states',
      bytes: valueTable([
        [STATE, 1],
        [STRANGER, 2],
        [STRANGER, 3],
      ]),
    });
    expect([status.events.value.value, status.unknownUuids.value]).toEqual([3, 2]);
    expect(status.lastUpdate.value).toBe(clock.now() / 1000);
    expect(status.controlsExported.value).toBe(1);
    onTable({ kind: 'text-states', bytes: textTable(STRANGER, 'x') });
    expect([status.events.text.value, status.unknownUuids.value]).toEqual([1, 3]);
    onTable({ kind: 'daytimer-states', bytes: daytimerTable(STRANGER) });
    onTable({ kind: 'weather-states', bytes: weatherTable(STRANGER) });
    expect([status.events.daytimer.value, status.events.weather.value]).toEqual([1, 1]);
    expect(status.unknownUuids.value).toBe(3);
  });

  test('that is empty is no event', () => {
    const { onTable, status } = intake();
    onTable({ kind: 'value-states', bytes: Buffer.alloc(0) });
    expect([status.events.value.value, status.lastUpdate.value]).toEqual([0, undefined]);
  });

  test('that comes before the house is dropped', () => {
    const { onTable, status } = intake(false);
    onTable({ kind: 'value-states', bytes: valueTable([[STATE, 1]]) });
    expect([status.events.value.value, status.unknownUuids.value]).toEqual([0, 0]);
  });

  test.each(['value-states', 'text-states', 'daytimer-states', 'weather-states'] as const)(
    'of %s that ends too early is a fault, and what is good in it counts',
    (kind) => {
      const { onTable, status, records } = intake();
      onTable({ kind, bytes: Buffer.concat([valueTable([[STATE, 7]]), Buffer.alloc(3)]) });
      expect(status.protocolErrors.bad_table.value).toBe(1);
      expect(records).toMatchObject([{ level: 'warn', facts: { reason: 'bad_table', heldBack: 0 } }]);
      if (kind === 'value-states') expect(status.events.value.value).toBe(1);
    },
  );
});

test('a fault is counted each time and mentioned once a minute, by reason, with what was held back', async () => {
  const { onFault, status, records, clock } = intake();
  for (let turn = 0; turn < 100; turn++) onFault({ reason: 'bad_header', detail: `number ${turn}` });
  onFault({ reason: 'truncated', detail: 'another' });
  expect(records.map(({ facts }) => facts)).toEqual([
    { reason: 'bad_header', detail: 'number 0', heldBack: 0 },
    { reason: 'truncated', detail: 'another', heldBack: 0 },
  ]);
  await clock.advance(59_999);
  onFault({ reason: 'bad_header', detail: 'too early' });
  await clock.advance(1);
  onFault({ reason: 'bad_header', detail: 'again' });
  expect(records.at(-1)?.facts).toEqual({ reason: 'bad_header', detail: 'again', heldBack: 100 });
  expect(records).toHaveLength(3);
  expect([status.protocolErrors.bad_header.value, status.protocolErrors.truncated.value]).toEqual([102, 1]);
});
