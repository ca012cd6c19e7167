import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '@device-exporters/exporter/testing';
import { expect, test } from 'vitest';
import { folderOfTest, MAIN } from './following.ts';

async function check(yaml: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
  const file = join(folderOfTest(), 'config.yaml');
  writeFileSync(file, yaml);
  const { code, stderr } = await runProgram(MAIN, ['--config.check', `--config.file=${file}`, ...args], environment);
  const lines = stderr().split('\n').slice(0, -1);
  return { code, lines: lines.map((line) => line.replaceAll(/\S+config\.yaml/g, 'config.yaml')) };
}

test('every problem is named, with its line and the key that was probably meant', async () => {
  const { code, lines } = await check(
    `log_level: loud
prometheus_prot: 8090
exporters:
  tapo:
    devices: [192.0.2.1, 'ftp://x', '192.0.2.2:99999']
    prometheus_options: { refresh_intervall: 5 }
    discovery_options: { discovery_packets: 0 }
    supported_device_families: { PLUGS: true, BULB: perhaps }
    per_device_family_metrics: { LAMP: [tapo_power_watts] }
`,
  );
  expect(code).toBe(1);
  expect(lines).toEqual([
    'config.yaml:2: prometheus_prot: unknown key; did you mean prometheus_port?',
    'config.yaml:6: exporters.tapo.prometheus_options.refresh_intervall: unknown key; did you mean refresh_interval?',
    'config.yaml:1: log_level: expected one of debug, info, warning, error, found "loud"',
    'config.yaml:7: exporters.tapo.discovery_options.discovery_packets: expected a whole number from 1 to 20, found 0',
    'config.yaml: exporters.tapo.devices[1]: address of a device: expected host, host:port or xor://host, found "ftp://x"',
    'config.yaml: exporters.tapo.devices[2]: address of a device: expected host, host:port or xor://host, found "192.0.2.2:99999"',
    'config.yaml: exporters.tapo.supported_device_families.PLUGS: unknown family; there are PLUG, STRIP, BULB, SWITCH, HUB, SENSOR',
    'config.yaml: exporters.tapo.supported_device_families.BULB: expected true or false',
    'config.yaml: exporters.tapo.per_device_family_metrics.LAMP: unknown family; there are PLUG, STRIP, BULB, SWITCH, HUB, SENSOR',
  ]);
});

const ORIGINAL = `log_level: INFO
prometheus_port: 8090
write_non_default_config: true
exporters:
  tapo:
    devices: []
    prometheus_options:
      refresh_interval: 5
    discovery_options:
      perform_discovery: true
      target: 255.255.255.255
      discovery_timeout: 5
      discovery_packets: 3
      interface: null
      on_discovered: null
      credentials: null
      port: null
      timeout: null
      with_update: true
      tapo_username_env_key: TP_LINK_USERNAME
      tapo_password_env_key: TP_LINK_PASSWORD
      current_consumption_key: current_consumption
    supported_device_families:
      plug: true
      STRIP: true
    per_device_family_metrics:
      PLUG:
        CURRENT_CONSUMPTION: { name: current_consumption, documentation: Wh }
        current_today_consumption: null
      strip: [current_consumption]
`;

test('a file of the original is accepted as it is, but for keys that nobody knows', async () => {
  const { code, lines } = await check(ORIGINAL);
  expect(lines).toEqual([expect.stringContaining('exporters.tapo.discovery_options.on_discovered: unknown key')]);
  expect(code).toBe(1);
  expect((await check(ORIGINAL, ['--config.allow-unknown-keys'])).code).toBe(0);
  expect(await check(ORIGINAL.replace(/ *on_discovered.*\n/, ''))).toEqual({ code: 0, lines: [] });
});

test('keys that newer versions of the original write back by themselves are accepted', async () => {
  const newer = ORIGINAL.replace(/ *on_discovered.*\n/, '')
    .replace(/^/, 'config_file: config.yaml\n')
    .replace('refresh_interval: 5', 'refresh_interval: null\n      scrape_timeout: 10.0')
    .replace('    devices: []', '    devices: []\n    max_concurrent_devices: 10\n    update_timeout: 10.0');
  expect(await check(newer)).toEqual({ code: 0, lines: [] });
});

test('an empty file is as good as none, and a password belongs into no flag', async () => {
  expect(await check('')).toEqual({ code: 0, lines: [] });
  const refused = await check('', ['--tapo-password=geheim']);
  expect(refused.code).toBe(1);
  expect(refused.lines.join()).toContain('TAPO_PASSWORD_FILE');
  expect(refused.lines.join()).not.toContain('geheim');
});

test('a variable that was probably misspelled is a warning', async () => {
  const lines = ['environment: TAPO_USERNAM: unknown variable; did you mean TAPO_USERNAME?'];
  expect(await check('', [], { TAPO_USERNAM: 'somebody' })).toEqual({ code: 0, lines });
});

test('a file of a password that is not there is a problem', async () => {
  const { code, lines } = await check('', [], { TAPO_PASSWORD_FILE: '/nowhere/password' });
  expect(lines).toEqual(['environment: TAPO_PASSWORD_FILE: /nowhere/password cannot be read (ENOENT)']);
  expect(code).toBe(1);
});
