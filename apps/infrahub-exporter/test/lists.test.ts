import { until } from '@device-exporters/exporter/testing';
import { manyDevices, startInfrahub } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { configFor, queryFile, startExporter } from './exporting.ts';

const NAMES = 'query { DcimDevice { edges { node { id name { value } primary_ip { node { address { ip } } } } } } }';

function lists(...queries: object[]) {
  const common = { file_path: queryFile(NAMES), target_field: 'name.value', refresh_interval_seconds: 1 };
  return { service_discovery: { enabled: true, queries: queries.map((query) => ({ ...common, ...query })) } };
}

/** The cells of a query's row on the page of all lists. */
async function rowOf(url: string, name: string): Promise<string[]> {
  const page = await (await fetch(`${url}/sd`)).text();
  const row = page.split('\n').find((line) => line.startsWith(`<tr><td>${name}<`)) ?? '';
  return [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell = '']) => cell.replace(/<[^>]+>/g, ' ').trim());
}

test('the page of all lists tells people size, age and state', async () => {
  await using infrahub = await startInfrahub();
  const config = configFor(
    infrahub,
    lists({ name: 'by <name>', endpoint_path: 'a/b' }, { name: 'by-ip', target_field: 'primary_ip.address.ip' }),
  );
  await using app = await startExporter(config);
  await until('both', async () => (await rowOf(app.url, 'by-ip'))[2] === '4');
  expect(await rowOf(app.url, 'by-ip')).toEqual([
    'by-ip',
    '/sd/by-ip',
    '4',
    '1',
    expect.stringMatching(/^\d+ B$/),
    expect.stringMatching(/^\d s ago, every 1 s$/),
    'up to date',
  ]);
  const page = await (await fetch(`${app.url}/sd`)).text();
  expect(page).toContain('<td>by &#60;name&#62;</td><td><a href="/sd/by%20%3Cname%3E">');
  expect(page).toContain('<a href="/sd/a/b">/sd/a/b</a>');
  await infrahub.faults.refuse();
  const failing = await until('a failure', async () => {
    const row = await rowOf(app.url, 'by-ip');
    return row[6]?.startsWith('failing: cannot reach ') && row;
  });
  expect(failing.slice(2, 4)).toEqual(['4', '1']);
});

test('before the first refresh, and with no queries at all, the page says so', async () => {
  await using infrahub = await startInfrahub();
  infrahub.faults.always({ kind: 'hang' }, 'graphql');
  await using app = await startExporter(configFor(infrahub, lists({ name: 'slow' })));
  const [, , targets, , , age, state] = await rowOf(app.url, 'slow');
  expect([targets, age, state]).toEqual(['no list', 'never, every 1 s', 'the first refresh is under way']);
  await using none = await startExporter(configFor(infrahub));
  expect(await (await fetch(`${none.url}/sd/`)).text()).toContain('No queries are configured.');
});

test('a name that is nearly right is answered with the right one, and a slash at its end does not matter', async () => {
  await using infrahub = await startInfrahub();
  infrahub.faults.always({ kind: 'hang' }, 'graphql');
  await using app = await startExporter(configFor(infrahub, lists({ name: 'devices' })));
  const answer = await fetch(`${app.url}/sd/device`);
  expect([answer.status, await answer.text()]).toEqual([404, 'no query is called device; did you mean /sd/devices?\n']);
  expect((await fetch(`${app.url}/sd/devices/`)).status).toBe(503);
  expect(await (await fetch(`${app.url}/sd/other-things`)).text()).toBe('no query is called other-things\n');
});

test.each([
  ['the tag', (etag: string) => etag],
  ['a weak tag', (etag: string) => `W/${etag}`],
  ['one of several', (etag: string) => `"other", ${etag}`],
  ['any', () => '*'],
])('who has a list already is told so, by %s', async (_name, condition) => {
  await using infrahub = await startInfrahub();
  await using app = await startExporter(configFor(infrahub, lists({})));
  await app.scrapeUntil('targets', (page) => page.value('infrahub_sd_targets') === 5);
  const url = `${app.url}/sd/devices`;
  const etag = (await fetch(url)).headers.get('etag') ?? '';
  const conditional = (value: string) => fetch(url, { headers: { 'if-none-match': value } });
  expect((await conditional(condition(etag))).status).toBe(304);
  expect((await conditional('"other"')).status).toBe(200);
});

test('a list that is held back is counted by itself, and seen on the page', async () => {
  await using infrahub = await startInfrahub({ nodes: manyDevices(10) });
  await using app = await startExporter(configFor(infrahub, lists({ min_targets_ratio: 0.5 })));
  await app.scrapeUntil('ten', (page) => page.value('infrahub_sd_targets') === 10);
  infrahub.branch().remove(manyDevices(8).map(({ id }) => id));
  await until('a row that says so', async () => (await rowOf(app.url, 'devices'))[6] === 'a list of 2 is held back');
  const page = await app.scrapeUntil('two', (one) => one.value('infrahub_sd_targets') === 2);
  expect(page.value('infrahub_sd_held_back_total', { query: 'devices' })).toBe(2);
});

test('nothing is left of a query or a kind that the configuration has no more; what comes back counts anew', async () => {
  await using infrahub = await startInfrahub();
  const metrics = { kind: [{ kind: 'BuiltinTag' }] };
  const config = configFor(infrahub, { ...lists({ name: 'old' }), metrics });
  await using app = await startExporter(config);
  await app.scrapeUntil(
    'both',
    (page) => page.text.includes('query="old"} 5') && page.text.includes('kind="BuiltinTag"} 4'),
  );
  await app.reload(configFor(infrahub));
  const { text } = await app.scrape();
  expect([text.includes('query="old"'), text.includes('kind="BuiltinTag"')]).toEqual([false, false]);
  await app.reload(config);
  await app.scrapeUntil('zero errors', (page) => page.value('infrahub_sd_errors_total', { query: 'old' }) === 0);
});
