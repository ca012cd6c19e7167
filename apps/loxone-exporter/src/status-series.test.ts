import { SeriesRegistry } from '@device-exporters/metrics';
import { expect, test } from 'vitest';
import { END_REASONS } from './end-reason.ts';
import { declareMetrics, EVENT_KINDS } from './metrics.ts';
import { obtainStatusSeries } from './status-series.ts';

test('a Miniserver has the series of its status from the start: counters at 0, what is not known without a value', async () => {
  const registry = new SeriesRegistry();
  const status = obtainStatusSeries(declareMetrics(registry), registry.group(), 'home');
  const page = await registry.metrics();
  for (const reason of END_REASONS) {
    expect(page).toContain(`loxone_reconnects_total{miniserver="home",reason="${reason}"} 0\n`);
  }
  for (const kind of EVENT_KINDS) {
    expect(page).toContain(`loxone_events_received_total{miniserver="home",kind="${kind}"} 0\n`);
  }
  expect(page).toContain('loxone_protocol_errors_total{miniserver="home",reason="unexpected_answer"} 0\n');
  expect(page).toContain('loxone_exporter_connected{miniserver="home"} 0\n');
  expect(page).toContain('loxone_exporter_controls_exported{miniserver="home"} 0\n');
  expect(page).not.toContain('\nloxone_exporter_last_update_timestamp_seconds{');
  expect(page).not.toContain('\nloxone_token_expiry_timestamp_seconds{');

  status.reconnects.silent.add();
  status.protocolErrors.bad_table.add(2);
  const next = await registry.metrics();
  expect(next).toContain('loxone_reconnects_total{miniserver="home",reason="silent"} 1\n');
  expect(next).toContain('loxone_protocol_errors_total{miniserver="home",reason="bad_table"} 2\n');
});
