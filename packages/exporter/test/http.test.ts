import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../src/cli/command-line.ts';
import { addressText } from '../src/http/listen-address.ts';
import { readBuildInfo } from '../src/life/build-info.ts';
import { type RunningExporter, startExporter } from '../src/life/exporter.ts';
import { readSettings } from '../src/life/settings.ts';
import { silentLog } from '../src/log/log.ts';
import { demoApp } from './fixture/demo-app.ts';

let exporter: RunningExporter;
beforeAll(async () => {
  const commandLine = parseCommandLine(['--web.listen-address=127.0.0.1:0', '--web.health-address=[::1]:0'], []);
  const environment = { OLD_DEMO_DEVICES: 'a"<b>,xdown' };
  const invocation = { commandLine, environment, folder: '/' };
  const again = () => readSettings(demoApp, invocation);
  const build = readBuildInfo(demoApp.packageFile);
  const logControl = { log: silentLog(), setLevel: () => {} };
  exporter = await startExporter({
    app: demoApp,
    build,
    settings: await again(),
    logControl,
    environment: {},
    readSettings: again,
  });
});
afterAll(() => exporter.stop());

function urlOf(index: number): string {
  return `http://${addressText(exporter.addresses[index]!)}`;
}

/** A request through node:http, which leaves headers and bodies as they are. */
async function ask(path: string, { method = 'GET', headers = {} as Record<string, string> } = {}) {
  const asked = request(`${urlOf(0)}${path}`, { method, headers }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

describe('/metrics', () => {
  test('is text 0.0.4 to who does not ask for more', async () => {
    const { status, headers, body } = await ask('/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['vary']).toBe('Accept, Accept-Encoding');
    expect(headers['content-encoding']).toBeUndefined();
    expect(body.toString()).toContain('demo_device_up{device="a\\"<b>"} 1\n');
    expect(body.toString()).toMatch(
      /^demo_exporter_build_info\{version="[^"]+",commit="[^"]+",build_date="[^"]+"\} 1$/m,
    );
    expect(body.toString()).toMatch(/^process_cpu_seconds_total [\d.]+$/m);
  });

  test('is OpenMetrics to who does', async () => {
    const { headers, body } = await ask('/metrics', {
      headers: { accept: 'application/openmetrics-text;version=1.0.0' },
    });
    expect(headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(body.toString()).toContain('# TYPE process_cpu_seconds counter\nprocess_cpu_seconds_total ');
    expect(body.toString().endsWith('\n# EOF\n')).toBe(true);
  });

  test('is compressed to who likes it', async () => {
    const { headers, body } = await ask('/metrics', { headers: { 'accept-encoding': 'gzip' } });
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(body).toString()).toContain('demo_device_up');
  });

  test('answers HEAD with the headers alone', async () => {
    const { status, headers, body } = await ask('/metrics', { method: 'HEAD' });
    expect([status, body.length]).toEqual([200, 0]);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(Number(headers['content-length'])).toBeGreaterThan(100);
  });

  test('gives a choice of families', async () => {
    const { body } = await ask('/metrics?name[]=demo_device_up&name[]=nothing');
    expect(
      body
        .toString()
        .split('\n')
        .filter((line) => line.startsWith('# TYPE')),
    ).toEqual(['# TYPE demo_device_up gauge']);
  });

  test('is the same to ten who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask('/metrics')));
    expect(new Set(answers.map(({ body }) => body.toString())).size).toBe(1);
  });
});

test('/healthz shows the devices', async () => {
  const { status, body } = await ask('/healthz');
  expect(status).toBe(200);
  expect(JSON.parse(body.toString())).toEqual({ status: 'degraded', devices: [{ name: 'a"<b>' }, { name: 'xdown' }] });
});

describe("an app's own paths", () => {
  test('are answered by the app, with the path decoded and without the query', async () => {
    const { status, headers, body } = await ask('/lists/a%2Fb/c?d=e');
    expect([status, headers['x-demo'], body.toString()]).toEqual([200, '1', '/lists/a/b/c']);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test('take a body of any kind and size, and drop it', async () => {
    for (const type of ['application/json', 'text/plain', 'application/x-own']) {
      const body = 'x'.repeat(200_000);
      const answer = await fetch(`${urlOf(0)}/hook`, { method: 'POST', body, headers: { 'content-type': type } });
      expect(answer.status).toBe(202);
    }
    expect((await fetch(`${urlOf(0)}/hook`, { method: 'POST' })).status).toBe(202);
  });

  test('with a title are linked on the page at /', async () => {
    const page = (await ask('/')).body.toString();
    expect(page).toContain('<a href="/lists">Lists &amp; more</a>');
    expect(page).not.toContain('/hook');
  });
});

test('/ shows what this is, with every text escaped', async () => {
  const { headers, body } = await ask('/');
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(body.toString()).toContain('<h1>Demo &lt;Exporter&gt;</h1>');
  expect(body.toString()).toContain('<a href="/metrics">');
  expect(body.toString()).toContain('1 of 2 up (degraded)');
});

test('probes are answered on the address of their own, where nothing else is', async () => {
  const probe = await fetch(`${urlOf(1)}/-/healthy`);
  expect([probe.status, probe.headers.get('content-type'), await probe.text()]).toEqual([
    200,
    'text/plain; charset=utf-8',
    'Healthy\n',
  ]);
  expect((await fetch(`${urlOf(1)}/-/ready`)).status).toBe(200);
  expect((await fetch(`${urlOf(1)}/metrics`)).status).toBe(404);
});

test('a reload that works shows, one that fails changes nothing', async () => {
  expect((await ask('/-/reload', { method: 'POST' })).status).toBe(200);
  const { body } = await ask('/metrics');
  expect(body.toString()).toContain('demo_exporter_config_last_reload_successful 1');
});

test('a scrape that fails inside is counted and answered with 500', async () => {
  exporter.registry.beforeRead(() => {
    if (isBroken) throw new Error('broken');
  });
  let isBroken = true;
  const broken = await ask('/metrics');
  expect([broken.status, broken.body.toString()]).toEqual([500, expect.stringContaining('could not be produced')]);
  isBroken = false;
  expect((await ask('/metrics')).body.toString()).toContain('demo_exporter_scrape_errors_total 1\n');
});

test.each([
  ['/metrics', 'POST', 405, 'GET, HEAD'],
  ['/', 'DELETE', 405, 'GET, HEAD'],
  ['/healthz', 'PUT', 405, 'GET, HEAD'],
  ['/-/healthy', 'OPTIONS', 405, 'GET, HEAD'],
  ['/-/reload', 'GET', 405, 'POST'],
  ['/-/reload', 'HEAD', 405, 'POST'],
  ['/unknown', 'GET', 404, undefined],
  ['/hook', 'GET', 405, 'POST'],
  ['/lists/a', 'POST', 405, 'GET, HEAD'],
])('%s refuses %s with %i', async (path, method, status, allow) => {
  const answer = await ask(path, { method });
  expect([answer.status, answer.headers['allow']]).toEqual([status, allow]);
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
});
