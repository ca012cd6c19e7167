import { expect, test } from 'vitest';
import type { Schema } from './config/schema.ts';
import { flagsTable, metricsTable, replaceSection, settingsTable } from './docs.ts';

test('settings are listed with everything a user needs', () => {
  const schema = {
    devices: {
      doc: 'Devices.',
      items: {
        host: { doc: 'Host.', format: 'host', default: null, required: true, env: 'X_HOST' },
        password: { doc: 'Secret.', format: 'secret', default: null, env: 'X_PASSWORD' },
      },
    },
    otlp: {
      headers: { doc: 'a|b', format: 'text-map', default: {}, envPrefix: 'X_HEADER_' },
      protocol: { doc: 'How.', format: ['grpc', 'http'], default: 'grpc' },
    },
    interval: { doc: 'Seconds.', format: 'number', default: 5, minimum: 1, nullable: true, env: ['X_A', 'X_B'] },
  } as const satisfies Schema;
  expect(settingsTable(schema).split('\n')).toEqual([
    '| key | meaning | takes | default | variable |',
    '| --- | --- | --- | --- | --- |',
    '| `devices` | Devices. | a list of sections |  |  |',
    '| `devices[].host` | Host. | a host name or an IP address | required | `X_HOST` |',
    '| `devices[].password`, `devices[].password_file` | Secret. | text |  | `X_PASSWORD`, `X_PASSWORD_FILE` |',
    '| `otlp.headers` | a\\|b | a section of names and texts | `{}` | `X_HEADER_<NAME>`, `X_HEADER_<NAME>_FILE` |',
    '| `otlp.protocol` | How. | one of grpc, http | `grpc` |  |',
    '| `interval` | Seconds. | a number from 1, or null | `5` | `X_A`, `X_B` |',
  ]);
});

test('metrics are listed as they are declared, those of the program after those of the app', () => {
  const lines = metricsTable('x_exporter', (registry) => {
    registry.gauge({ name: 'a_watts', help: 'Power.', labels: ['device', 'child'] });
    registry.counter({ name: 'b_total', help: 'Errors.' });
  }).split('\n');
  expect(lines.slice(2, 4)).toEqual([
    '| `a_watts` | gauge | `device` `child` | Power. |',
    '| `b_total` | counter |  | Errors. |',
  ]);
  expect(lines[4]).toContain('| `x_exporter_build_info` | gauge | `version` `commit` `build_date` |');
  expect(lines.at(-1)).toContain('`process_open_fds`');
});

test('flags are listed in every spelling', () => {
  const table = flagsTable({ port: { doc: 'Port.', format: 'port', default: 1, flag: 'prometheus-port' } });
  expect(table).toContain('| `--prometheus-port VALUE` | Port. |');
  expect(table).toContain('| `--config.file FILE`, `--config`, `-c` | Configuration file');
  expect(table).toContain('| `--version` | Print the version and exit. |');
});

test('a section of a text is replaced, or missed', () => {
  const text = 'a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n';
  expect(replaceSection(text, 'x', 'new')).toBe('a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb\n');
  expect(() => replaceSection(text, 'y', 'new')).toThrow('no section between <!-- y:begin -->');
});
