import { get, type RequestOptions } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { until } from '@device-exporters/exporter/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { follow } from './followed.ts';
import { type PlannedControl, structureFile, uuidOf } from './structure-file.ts';
import { told } from './told.ts';

/** What is promised: every family with its type and labels. */
const CONTROL = ['miniserver', 'name', 'room', 'category', 'type', 'subcontrol', 'uuid'];
const FAMILIES: Readonly<Record<string, readonly [type: string, labels: readonly string[]]>> = {
  loxone_control_value: ['gauge', CONTROL],
  loxone_control_info: ['gauge', [...CONTROL, 'value']],
  loxone_exporter_up: ['gauge', []],
  loxone_exporter_connected: ['gauge', ['miniserver']],
  loxone_exporter_last_update_timestamp_seconds: ['gauge', ['miniserver']],
  loxone_exporter_controls_discovered: ['gauge', ['miniserver']],
  loxone_exporter_controls_exported: ['gauge', ['miniserver']],
  loxone_exporter_scrape_duration_seconds: ['gauge', []],
  loxone_exporter_scrape_errors_total: ['counter', []],
  loxone_exporter_build_info: ['gauge', ['version', 'commit', 'build_date']],
  loxone_exporter_config_last_reload_successful: ['gauge', []],
  loxone_exporter_config_last_reload_success_timestamp_seconds: ['gauge', []],
  loxone_miniserver_info: ['gauge', ['miniserver', 'serial', 'version', 'type', 'project']],
  loxone_reconnects_total: ['counter', ['miniserver', 'reason']],
  loxone_authentication_failures_total: ['counter', ['miniserver']],
  loxone_protocol_errors_total: ['counter', ['miniserver', 'reason']],
  loxone_unknown_uuids_total: ['counter', ['miniserver']],
  loxone_events_received_total: ['counter', ['miniserver', 'kind']],
  loxone_token_expiry_timestamp_seconds: ['gauge', ['miniserver']],
  loxone_keepalive_round_trip_seconds: ['gauge', ['miniserver']],
  process_cpu_seconds_total: ['counter', []],
  process_start_time_seconds: ['gauge', []],
  process_resident_memory_bytes: ['gauge', []],
  process_open_fds: ['gauge', []],
};

/** What a page says of a family in its head and in its first line. */
function foundOf(text: string, family: string): readonly [type: string | undefined, labels: readonly string[]] {
  const type = new RegExp(`^# TYPE ${family} (\\w+)$`, 'm').exec(text)?.[1];
  const line = new RegExp(`^${family}(?:\\{(.*)\\})? \\S+$`, 'm').exec(text)?.[1] ?? '';
  return [type, [...line.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label = '']) => label)];
}

describe('the page', () => {
  test('has every family with its name, type, labels and HELP, and no other', async () => {
    const silent = '504f94aa-0000-0000-ffff0123456789ab';
    await using followed = await follow({
      miniserver: { house: structureFile([{ name: 'A' }, { name: 'B', states: { text: silent } }]) },
      config: { include_text_values: true },
    });
    const { text } = await told(followed);
    const heads = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);
    expect(heads.toSorted()).toEqual(Object.keys(FAMILIES).toSorted());
    for (const [family, expected] of Object.entries(FAMILIES)) {
      // The first keepalive comes after half a minute.
      const isUnknown = family === 'loxone_keepalive_round_trip_seconds';
      expect([family, ...foundOf(text, family)]).toEqual([family, expected[0], isUnknown ? [] : expected[1]]);
      expect(text).toMatch(new RegExp(`^# HELP ${family} \\S.*\\.$`, 'm'));
    }
  });

  test('has the counters of every reason from the start, at 0', async () => {
    await using followed = await follow();
    const page = await told(followed);
    const reasons = (name: string): unknown[] => page.lines(name).map(({ labels, value }) => [labels['reason'], value]);
    expect(reasons('loxone_protocol_errors_total')).toEqual(
      expect.arrayContaining([
        ['bad_header', 0],
        ['oversized', 0],
        ['bad_table', 0],
      ]),
    );
    expect(reasons('loxone_reconnects_total')).toEqual(
      expect.arrayContaining([
        ['unreachable', 0],
        ['silent', 0],
        ['authentication', 0],
      ]),
    );
  });

  test('knows nothing of a Miniserver that was never there, but that', async () => {
    await using followed = await follow();
    await followed.miniserver.stop();
    const { app } = followed;
    await app.reload({ miniservers: [{ name: 'gone', host: '127.0.0.1', port: 1, username: 'u', password: 'p' }] });
    const page = await app.scrapeUntil('an attempt has failed', (found) => {
      return (found.value('loxone_reconnects_total', { miniserver: 'gone', reason: 'unreachable' }) ?? 0) > 0;
    });
    expect(page.value('loxone_exporter_connected', { miniserver: 'gone' })).toBe(0);
    expect(page.value('loxone_exporter_up')).toBe(1);
    for (const name of ['loxone_control_value', 'loxone_miniserver_info', 'loxone_token_expiry_timestamp_seconds']) {
      expect(page.lines(name)).toEqual([]);
    }
    expect(page.lines('loxone_exporter_last_update_timestamp_seconds')).toEqual([]);
    expect(page.text).not.toContain('miniserver="home"');
  });
});

/** The body as it came, compressed or not. */
function bodyOf(url: string, headers: RequestOptions['headers'] = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
    }).on('error', reject);
  });
}

describe('ten scrapes at once bring the same bytes', () => {
  const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0';
  test.each([
    ['as text', {}, (body: Buffer) => body.toString(), 'loxone_exporter_up 1'],
    [
      'compressed',
      { 'accept-encoding': 'gzip' },
      (body: Buffer) => gunzipSync(body).toString(),
      'loxone_exporter_up 1',
    ],
    ['as OpenMetrics', { accept: OPEN_METRICS }, (body: Buffer) => body.toString(), '\n# EOF\n'],
  ])('%s', async (_, headers, read, content) => {
    await using followed = await follow();
    await told(followed);
    const url = `${followed.app.url}/metrics`;
    // The figures of the process are read once a second: a second that ends amid the ten is not what is meant.
    const bodies = await until('ten scrapes within one second', async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => bodyOf(url, headers)));
      const cpu = new Set(all.map((body) => /process_cpu_seconds_total (\S+)/.exec(read(body))?.[1]));
      return cpu.size === 1 && all;
    });
    expect(read(bodies[0] ?? Buffer.alloc(0))).toContain(content);
    for (const body of bodies) expect(body.equals(bodies[0] ?? Buffer.alloc(0))).toBe(true);
  });
});

const anyName = fc.oneof(
  fc.constantFrom('', ' ', 'Lamp', 'a"b\\c\nü', '}', '{a="b"} 1', '\r', '\u2028', '\ud800', '🙂', '\\', '\\n'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const anyControl: fc.Arbitrary<PlannedControl> = fc.record(
  {
    name: anyName,
    type: anyName,
    uuid: fc.oneof(anyName, fc.nat(3).map(uuidOf)),
    room: anyName,
    category: anyName,
    states: fc.oneof(
      fc.uniqueArray(anyName, { maxLength: 3 }),
      fc.dictionary(anyName, fc.oneof(fc.nat(5).map(uuidOf), fc.array(fc.nat(5).map(uuidOf), { maxLength: 3 })), {
        maxKeys: 4,
      }),
    ),
  },
  { requiredKeys: ['name'] },
);

test('no scrape has a series twice, whatever stands in the structure file', async () => {
  const controls = fc.sample(anyControl, { numRuns: 400, seed: 20260102 });
  await using followed = await follow({
    miniserver: { house: structureFile(controls.map((control, index) => ({ ...control, key: `${index}` }))) },
    config: { include_text_values: true },
  });
  const { text } = await told(followed);
  const series = text.split('\n').flatMap((line) => /^(loxone_control_\w+\{.*\}) \S+$/s.exec(line)?.[1] ?? []);
  expect(series.length).toBeGreaterThan(300);
  expect(new Set(series).size).toBe(series.length);
});
