import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@device-exporters/exporter/testing';
import { receiveGrpc } from '@device-exporters/otlp/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startExporterProcess } from '../demo/exporter-process.ts';
import { DEMOS, startDevices, stopDevices } from '../demo/started-demo.ts';
import { freePort } from '../testing/ports.ts';
import { testWith } from '../testing/programs.ts';
import { promtoolOn, SILENT } from '../testing/promtool.ts';
import { ROOT, readCompose, textOf, yamlOf } from './compose.ts';

// Six exporters and a Prometheus start, and are asked for one thing after the other.
vi.setConfig({ testTimeout: 60_000 });

const FILE = 'docker/prometheus/prometheus.yml';

/** Programs that not every machine has. */
const PROMETHEUS = 'prometheus';
const PROMTOOL = 'promtool';

/** The parts of a Prometheus configuration that are looked at here. */
interface PrometheusConfig {
  readonly scrape_configs: readonly { readonly job_name: string; readonly static_configs?: { targets: string[] }[] }[];
}

/** A target as `/api/v1/targets` tells of it. */
interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

const { scrape_configs } = yamlOf(FILE) as PrometheusConfig;

test('every exporter of the demo is a target, with its name as the job', () => {
  const targets = scrape_configs.flatMap(({ job_name, static_configs = [] }) =>
    static_configs.flatMap(({ targets }) => targets.map((target) => [job_name, target] as const)),
  );
  expect(targets.toSorted()).toEqual(
    [
      ...DEMOS.map(({ app, port }) => [app, `${app}:${port}`] as const),
      ['otel-collector', 'otel-collector:8889'] as const,
    ].toSorted(),
  );
});

testWith(PROMTOOL)('promtool accepts the file and has nothing to remark', () => {
  const path = fileURLToPath(new URL(FILE, ROOT));
  const { said, code } = promtoolOn(['check', 'config', '--lint=all', '--lint-fatal', path], '');
  expect({ said: said.replaceAll(/.*(Checking|SUCCESS).*\n?/g, '').trim(), code }).toEqual(SILENT);
});

testWith(PROMETHEUS)(
  'Prometheus finds every exporter of the demo up, what infrahub-exporter discovers, and a collector what is pushed',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-demo-'));
    onTestFinished(() => rmSync(folder, { recursive: true, maxRetries: 5 }));
    const collector = await receiveGrpc();
    onTestFinished(() => collector.stop());
    const demos = await startDevices(folder, { collector: `http://127.0.0.1:${collector.port}` });
    onTestFinished(() => stopDevices(demos));
    // The names of containers stand for loopback here, and their ports for free ones.
    let config = textOf(FILE).replaceAll(/scrape_interval: \d+s/g, 'scrape_interval: 1s');
    config = config
      .replace(/scrape_timeout: \d+s/, 'scrape_timeout: 1s')
      .replace(/refresh_interval: \d+s/, 'refresh_interval: 1s');
    for (const { demo, configFile } of demos) {
      const port = await freePort();
      const exporter = startExporterProcess({ app: demo.app, port }, configFile);
      exporter.crashed.catch(() => {});
      onTestFinished(() => exporter.stop());
      config = config.replaceAll(`${demo.app}:${demo.port}`, `127.0.0.1:${port}`);
    }
    const port = await freePort();
    writeFileSync(join(folder, 'prometheus.yml'), config);
    const flags = [`--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'];
    const prometheus = spawn(PROMETHEUS, [`--config.file=${folder}/prometheus.yml`, ...flags], { stdio: 'ignore' });
    onTestFinished(async () => {
      const ended = new Promise((resolve) => prometheus.once('exit', resolve));
      prometheus.kill();
      await ended;
    });
    const ask = async (path: string): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`).catch(() => undefined);
      return ((await answer?.json().catch(() => undefined)) as { data?: unknown } | undefined)?.data;
    };
    const targets = async () =>
      ((await ask('targets')) as { activeTargets: Target[] } | undefined)?.activeTargets ?? [];
    const up = await until('six exporters that are up', async () => {
      const found = (await targets()).filter(({ health }) => health === 'up');
      return found.length === DEMOS.length && found;
    });
    expect(up.map(({ labels }) => labels['job']).toSorted()).toEqual(DEMOS.map(({ app }) => app).toSorted());
    const discovered = await until('what is discovered', async () => {
      const found = (await targets()).filter(({ labels }) => labels['job'] === 'infrahub-devices');
      return found.length > 0 && found;
    });
    expect(discovered.map(({ labels }) => labels)).toContainEqual(
      expect.objectContaining({ instance: '192.0.2.11:9100', device: 'ams1-leaf01' }),
    );
    expect(discovered.length).toBe(4);
    const { test: check = [] } = readCompose().services['prometheus']?.healthcheck ?? {};
    const asked = check.at(-1)?.replace('localhost:9090', `127.0.0.1:${port}`) ?? '';
    expect((await fetch(asked)).status).toBe(200);
    const series = [
      'loxone_exporter_connected',
      'tapo_device_up',
      'ecoflow_online',
      'infrahub_up',
      'kasa_graphite_device_up',
    ];
    for (const name of series) {
      await until(`a value of ${name}`, async () => {
        const query = `query?query=${encodeURIComponent(`${name} > 0`)}`;
        const { result = [] } = ((await ask(query)) ?? {}) as { result?: unknown[] };
        return result.length > 0;
      });
    }
    for (const name of ['loxone', 'infrahub']) {
      await until(`series of ${name} at the collector`, () =>
        collector.requests.some(({ points }) => points.some((point) => point.name.startsWith(name))),
      );
    }
  },
);
