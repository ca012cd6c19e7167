import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from '@device-exporters/exporter/testing';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { folderOfTest, MAIN } from './following.ts';

const SECRETS = { TAPO_USERNAME: 'user@example.com', TAPO_PASSWORD: 'geheim', TP_LINK_PASSWORD: 'geheim' };

async function run(file: string, message: string): Promise<string> {
  const args = [`--config.file=${file}`, '--log.format=json'];
  const program = await startProgram(MAIN, args, SECRETS);
  await program.logged(message);
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(0);
  return program.stderr();
}

const CONFIG = {
  log_level: 'INFO',
  prometheus_port: 8091,
  write_non_default_config: true,
  tapo_username: 'of-the-file@example.com',
  tapo_password: 'geheim',
  exporters: {
    tapo: {
      devices: ['127.0.0.1:1'],
      rediscovery_interval: 300,
      discovery_options: { perform_discovery: false, target: '255.255.255.255', credentials: null },
      prometheus_options: { refresh_interval: null },
      per_device_family_metrics: { PLUG: { current_consumption: {} } },
    },
  },
};

test('a configuration is written back with what is not as by default, and never with the account', async () => {
  const folder = folderOfTest();
  const file = join(folder, 'config.yaml');
  writeFileSync(file, JSON.stringify(CONFIG));
  const log = await run(file, 'configuration written, without what is as by default and without the account');
  const written = readFileSync(file, 'utf8');
  expect(parse(written)).toEqual({
    prometheus_port: 8091,
    write_non_default_config: true,
    exporters: {
      tapo: {
        devices: ['127.0.0.1:1'],
        discovery_options: { perform_discovery: false },
        prometheus_options: { refresh_interval: null },
        per_device_family_metrics: { PLUG: ['current_consumption'] },
      },
    },
  });
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(readdirSync(folder)).toEqual(['config.yaml']);
  expect(log).not.toContain('geheim');
  // What was written is read again, and is the same.
  await run(file, 'configuration written, without what is as by default and without the account');
  expect(readFileSync(file, 'utf8')).toBe(written);
});

test('a link to a file stays one, and the file is written', async () => {
  const folder = folderOfTest();
  const [link, file] = [join(folder, 'config.yaml'), join(folder, 'real.yaml')];
  writeFileSync(file, JSON.stringify(CONFIG));
  symlinkSync('real.yaml', link);
  await run(link, 'configuration written, without what is as by default and without the account');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(parse(readFileSync(file, 'utf8'))).not.toHaveProperty('tapo_username');
});

test('a file is left alone where nobody asked for it to be written', async () => {
  const file = join(folderOfTest(), 'config.yaml');
  const content = JSON.stringify({ ...CONFIG, write_non_default_config: false });
  writeFileSync(file, content);
  await run(file, 'listening');
  expect(readFileSync(file, 'utf8')).toBe(content);
});
