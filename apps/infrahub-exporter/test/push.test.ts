import { until } from '@device-exporters/exporter/testing';
import { receiveGrpc } from '@device-exporters/otlp/testing';
import { startInfrahub } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { configFor, startExporter } from './exporting.ts';

const KIND = { kind: 'DcimDevice', include: ['name', 'role'] };

function configWith(infrahub: Parameters<typeof configFor>[0], endpoint: string, prometheus = false): object {
  return configFor(infrahub, {
    exporters: { prometheus: { enabled: prometheus }, otlp: { enabled: true, endpoint, interval_seconds: 1 } },
    metrics: { kind: [KIND] },
  });
}

test.each([true, false])(
  'a collector gets the nodes, and nothing of this program: nodes on the page %s',
  async (onPage) => {
    await using infrahub = await startInfrahub();
    await using collector = await receiveGrpc();
    // As originals write it.
    const endpoint = `127.0.0.1:${collector.port}`;
    await using app = await startExporter(configWith(infrahub, endpoint, onPage));
    const points = () => collector.requests.flatMap((request) => request.points);
    await until('all nodes have come', () => points().length >= 5);
    expect(new Set(points().map(({ name }) => name))).toEqual(new Set(['infrahub_dcimdevice_info']));
    expect(points()[0]).toMatchObject({ value: 1, labels: { name: 'ams1-leaf01', role: 'leaf' } });
    const page = await app.scrapeUntil('it is told', ({ value }) => value('infrahub_otlp_up') === 1);
    expect(page.lines('infrahub_dcimdevice_info').length > 0).toBe(onPage);
    expect(page.value('infrahub_otlp_last_success_timestamp_seconds')).toBeGreaterThan(1e9);
  },
);

test('a collector that is not there disturbs nobody, and is counted', async () => {
  await using infrahub = await startInfrahub();
  await using app = await startExporter(configWith(infrahub, '127.0.0.1:1', true));
  const page = await app.scrapeUntil('it is counted', ({ lines }) =>
    lines('infrahub_otlp_export_errors_total').some(({ value }) => value > 0),
  );
  expect(page.lines('infrahub_dcimdevice_info')).toHaveLength(5);
});
