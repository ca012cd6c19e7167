import { startInfrahub } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { configFor, startExporter } from './exporting.ts';

test('a kind becomes one info series for each node', async () => {
  await using infrahub = await startInfrahub();
  const kind = { kind: 'DcimDevice', include: ['name', 'role', 'location', 'tags'] };
  await using app = await startExporter(configFor(infrahub, { metrics: { kind: [kind] } }));
  const page = await app.scrapeUntil('devices', (one) => one.lines('infrahub_dcimdevice_info').length === 5);
  expect(page.text).toContain(
    'infrahub_dcimdevice_info{id="device-1",hfid="DcimDevice__ams1-leaf01",name="ams1-leaf01",role="leaf",' +
      'location="LocationBuilding__AMS1",tags="BuiltinTag__blue,BuiltinTag__prod"} 1\n',
  );
  expect(page.value('infrahub_up')).toBe(1);
  expect(page.value('infrahub_nodes', { kind: 'DcimDevice' })).toBe(5);
  expect(infrahub.ledger.invalid).toEqual([]);
});

test.each([
  [{ name__value: 'LEAF', partial_match: true }, 3],
  [{ any__value: 'spine' }, 1],
  [{ any__values: ['spine', 40] }, 2],
  [{ display_label__value: 'fra2-fw01' }, 1],
])('filters that every kind has work too: %j', async (filter, count) => {
  await using infrahub = await startInfrahub();
  const kind = [{ kind: 'DcimDevice', filters: [filter] }];
  await using app = await startExporter(configFor(infrahub, { metrics: { kind } }));
  await app.scrapeUntil('devices', (page) => page.value('infrahub_nodes', { kind: 'DcimDevice' }) === count);
  expect(infrahub.ledger.invalid).toEqual([]);
});
