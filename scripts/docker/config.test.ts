import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { mountsOf, ROOT, readCompose, textOf } from './compose.ts';

const folder = mkdtempSync(join(tmpdir(), 'docker-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { services } = readCompose();
const apps = readdirSync(new URL('apps', ROOT));

test.each(apps)('%s accepts its docker/config file, with the files that its service mounts', (app) => {
  const service = services[app];
  const root = join(folder, app);
  for (const { from, to } of mountsOf(service!)) {
    // A volume is a folder of its own.
    if (from.startsWith('.')) cpSync(new URL(from, new URL('docker/', ROOT)), join(root, to), { recursive: true });
    else mkdirSync(join(root, to), { recursive: true });
  }
  mkdirSync(join(root, 'run/secrets'), { recursive: true });
  for (const name of service?.secrets ?? []) writeFileSync(join(root, 'run/secrets', name), 'secret');
  const config = textOf(`docker/config/${app}.yml`);
  writeFileSync(join(root, 'config/config.yml'), config.replaceAll('/run/secrets', join(root, 'run/secrets')));
  const main = fileURLToPath(new URL(`apps/${app}/src/main.ts`, ROOT));
  const { status, stderr } = spawnSync(process.execPath, [main, '--config.check'], {
    // Where the image looks for config.yml.
    cwd: join(root, 'config'),
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  expect(stderr).not.toMatch(/warn/i);
  expect(status, stderr).toBe(0);
});
