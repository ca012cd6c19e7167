import { startEcoflowCloud } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { follow, type Kind } from './following.ts';
import { hasReference, readReference } from './reference.ts';

/** A capture of all values of a device. */
interface QuotaCapture {
  readonly sn: string;
  readonly productName: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Captures whose values came as JSON. */
const FILES = [
  'delta_2',
  'delta_2_max_two_slaves',
  'delta_3_flat',
  'delta_pro_two_slaves',
  'glacier',
  'powerstream',
  'river_2_pro',
  'river_mini_byte_swapped',
  'smart_home_panel',
  'smart_plug',
  'wave_2',
];

/** Times and ids of messages, and schedules, are no readings. */
const NO_READING = /^(?:id|timestamp|latestTimeStamp|version)$|task/i;

/** `pd.wattsInSum` as `ecoflow_pd_watts_in_sum`, for keys without an acronym in them. */
function plainName(key: string): string | undefined {
  if (NO_READING.test(key) || !/^(?:\w+\.)?[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)*$/.test(key)) return undefined;
  if (/[A-Z]{2}/.test(key)) return undefined;
  return `ecoflow_${key
    .replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`)
    .replace('.', '_')
    .toLowerCase()}`;
}

describe.skipIf(!hasReference)('a capture of a real device', () => {
  const kinds: readonly Kind[] = ['rest', 'open-mqtt', 'device'];
  test.each(FILES.flatMap((file) => kinds.map((kind) => [file, kind] as const)))(
    '%s has its values on the page, read by %s',
    async (file, kind) => {
      const { sn, productName, data } = readReference<QuotaCapture>(`fixtures/${file}.json`);
      const expected = Object.entries(data).flatMap(([key, value]) => {
        const name = plainName(key);
        return name === undefined || typeof value !== 'number' ? [] : [[name, value] as const];
      });
      expect(expected.length).toBeGreaterThan(5);
      await using cloud = await startEcoflowCloud({ devices: [{ sn, productName, quotas: data }] });
      // A family that is thought to speak protobuf is not asked in JSON: its pushes are read all the same.
      await using app = await follow(cloud, kind);
      if (kind === 'device') {
        await app.logged('connected to the broker');
        await cloud.push(sn, data);
      }
      const page = await app.scrapeUntil('it is read', ({ lines }) => lines(expected[0]?.[0] ?? '').length > 0);
      for (const [name, value] of expected) expect([name, page.value(name, { device: sn })]).toEqual([name, value]);
      expect(page.value('ecoflow_online', { device: sn })).toBe(1);
      expect(cloud.ledger.violations).toEqual([]);
    },
  );
});
