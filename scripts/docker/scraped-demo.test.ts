import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { DEMOS } from '../demo/started-demo.ts';
import { locate } from '../testing/locate.ts';
import { readCompose } from './compose.ts';

const SCRIPT = fileURLToPath(new URL('scraped-demo.ts', import.meta.url));

/** A network and a file of hosts of its own, so that names and ports are those of the demo whatever else this machine runs. */
const APART = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--net', '--mount', 'sh', '-c'];

function apart(command: string, ...args: readonly string[]) {
  const [program = '', ...flags] = APART;
  return spawnSync(program, [...flags, command, 'sh', ...args], { encoding: 'utf8', timeout: 80_000 });
}

const isPossible =
  locate('prometheus') !== undefined && apart('ip link set lo up && mount --bind /dev/null /etc/hosts').status === 0;

test.skipIf(!isPossible)(
  'prometheus.yml as it is finds every exporter of npm run demo up, by its job and on its port [needs unshare, ip, prometheus]',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'hosts-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const hosts = join(folder, 'hosts');
    writeFileSync(hosts, `127.0.0.1 localhost ${Object.keys(readCompose().services).join(' ')}\n`);
    const command = 'ip link set lo up && mount --bind "$1" /etc/hosts && exec "$2" "$3"';
    const { stdout, stderr } = apart(command, hosts, process.execPath, SCRIPT);
    if (!stdout.startsWith('[')) throw new Error(stderr);
    const targets = JSON.parse(stdout) as [string, string, string][];
    const ofExporters = targets.filter(([, , health]) => health === 'up');
    expect(ofExporters.toSorted()).toEqual(
      DEMOS.map(({ app, port }) => [app, `http://${app}:${port}/metrics`, 'up']).toSorted(),
    );
    expect(targets.filter(([job]) => job === 'infrahub-devices').length).toBe(4);
  },
  90_000,
);
