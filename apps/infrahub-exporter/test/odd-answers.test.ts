/**
 * Servers that are not quite as they should be: older, newer, behind a proxy, or out of their minds.
 */
import { describe, expect, test } from 'vitest';
import { type Answer, type Asked, nodesAnswer, schemaWith, startAnswering } from './answering.ts';
import { configFor, queryFile, startExporter } from './exporting.ts';

const INFO = 'infrahub_testnode_info';
const NODE = { id: 'a', hfid: ['a'], __typename: 'TestNode', name: { value: 'one' } };

/** Answers queries so; the schema is that of one kind. */
function answering(graphql: (asked: Asked) => Answer | undefined) {
  return startAnswering((asked) => {
    if (asked.path.startsWith('/graphql')) return graphql(asked);
    return { body: schemaWith() };
  });
}

function kind(include: readonly string[] = ['name']) {
  return { metrics: { kind: [{ kind: 'TestNode', include }] } };
}

function list(query: string, more: object = {}) {
  const queries = [
    { file_path: queryFile(query, 'nodes.gql'), target_field: 'name.value', refresh_interval_seconds: 1, ...more },
  ];
  return { service_discovery: { enabled: true, queries } };
}

describe('an answer', () => {
  test.each([
    ['null errors', { errors: null }],
    ['no errors in a list', { errors: [] }],
  ])('that has %s beside its data is good', async (_name, more) => {
    const server = await answering(() => ({ body: { ...nodesAnswer([NODE]), ...more } }));
    await using app = await startExporter(configFor(server, kind()));
    await app.scrapeUntil('the node', (page) => page.lines(INFO).length === 1);
  });

  test.each(['text/json', 'application/graphql-response+json', 'application/vnd.api+json; charset=utf-8'])(
    'is JSON when it is called %s',
    async (type) => {
      const server = await answering(() => ({ headers: { 'content-type': type }, body: nodesAnswer([NODE]) }));
      await using app = await startExporter(configFor(server, kind()));
      await app.scrapeUntil('the node', (page) => page.lines(INFO).length === 1);
    },
  );

  test('may have long numbers deep inside: not a digit is lost', async () => {
    const body = JSON.stringify(nodesAnswer([{ ...NODE, facts: { value: { serial: 0 } } }]));
    const server = await answering(() => ({ body: body.replace('"serial":0', '"serial":12345678901234567890') }));
    await using app = await startExporter(configFor(server, kind(['facts'])));
    const page = await app.scrapeUntil('the node', (one) => one.lines(INFO).length === 1);
    expect(page.lines(INFO)[0]?.labels['facts']).toBe('{"serial":12345678901234567890}');
  });

  test('that nothing can be made of is counted, and tried again', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const body = JSON.stringify(nodesAnswer([{ ...NODE, facts: { value: 0 } }]));
    const server = await answering(({ before }) => ({
      body: before === 0 ? body.replace('{"value":0}', `{"value":${deep}}`) : body,
    }));
    await using app = await startExporter(configFor(server, kind(['facts'])));
    const page = await app.scrapeUntil('the node', (one) => one.lines(INFO).length === 1);
    expect(page.value('infrahub_request_errors_total', { reason: 'protocol' })).toBe(1);
  });

  test('that leads elsewhere is not followed, and said to', async () => {
    const server = await answering(() => ({ status: 302, headers: { location: '/login' }, body: '' }));
    await using app = await startExporter(configFor(server, kind()));
    const record = await app.logged('kind cannot be read; its last series stay for a while');
    expect(record['err']).toBe('POST /graphql/main: HTTP 302 to /login, which is not followed');
    expect(server.asked.map(({ path }) => path)).not.toContain('/login');
  });
});

describe('errors of GraphQL', () => {
  const errors = (error: object) => ({ data: null, errors: [{ message: 'no', ...error }] });

  test('about the query itself are of no use to repeat: it waits for its turn', async () => {
    const server = await answering(() => ({ body: errors({ locations: [{ line: 1, column: 9 }] }) }));
    await using app = await startExporter({ ...configFor(server, kind()), poll_interval_seconds: 60 });
    const record = await app.logged('kind cannot be read; its last series stay for a while');
    expect([record['reason'], record['nextAttemptSeconds']]).toEqual(['graphql', 60]);
  });

  test('while it was answered may pass: it is asked again soon', async () => {
    const server = await answering(({ before }) => ({
      body: before === 0 ? errors({ locations: [{ line: 1, column: 9 }], path: ['TestNode'] }) : nodesAnswer([NODE]),
    }));
    await using app = await startExporter({ ...configFor(server, kind()), poll_interval_seconds: 60 });
    await app.scrapeUntil('the node', (page) => page.lines(INFO).length === 1);
  });

  test.each([
    [403, 'forbidden'],
    ['PERMISSION_DENIED', 'forbidden'],
    [401, 'auth'],
    ['BRANCH_NOT_FOUND', 'not_found'],
  ])('with the code %s are called by their name', async (code, reason) => {
    const server = await answering(() => ({ body: errors({ extensions: { code } }) }));
    await using app = await startExporter(configFor(server, kind()));
    await app.scrapeUntil('the reason', (page) => (page.value('infrahub_request_errors_total', { reason }) ?? 0) > 0);
  });
});

describe('a schema', () => {
  test('may have kinds that make no sense, as long as nobody asks for them', async () => {
    const odd = { kind: 'OddNode', attributes: [{ name: 'x' }], relationships: [{ name: 'y' }] };
    const server = await startAnswering(({ path }) => ({
      body: path === '/graphql/main' ? nodesAnswer([NODE]) : schemaWith(odd),
    }));
    const metrics = { kind: [{ kind: 'TestNode', include: ['name'] }, { kind: 'OddNode' }] };
    await using app = await startExporter(configFor(server, { metrics }));
    await app.scrapeUntil('the node', (page) => page.lines(INFO).length === 1);
    const record = await app.logged('kind cannot be read; its last series stay for a while');
    expect([record['kind'], record['reason']]).toEqual(['OddNode', 'protocol']);
  });

  test('tells hierarchies only by the way: parents and children are there all the same', async () => {
    const place = { kind: 'LocationSite', hierarchy: 'LocationGeneric', attributes: [], relationships: [] };
    const parent = { node: { id: 'p', hfid: ['eu'], __typename: 'LocationRegion' } };
    const server = await startAnswering(({ path }) => ({
      body:
        path === '/graphql/main'
          ? nodesAnswer([{ id: 'a', hfid: null, __typename: 'LocationSite', parent }], 1, 'LocationSite')
          : schemaWith(place),
    }));
    const metrics = { kind: [{ kind: 'LocationSite', include: ['parent', 'descendants'] }] };
    await using app = await startExporter(configFor(server, { metrics }));
    const labels = { id: 'a', parent: 'LocationRegion__eu', descendants: '' };
    await app.scrapeUntil('the site', (page) => page.lines('infrahub_locationsite_info', labels).length === 1);
    const [asked] = server.asked.filter(({ path }) => path === '/graphql/main');
    expect(asked?.query).toContain('descendants { edges { node { id hfid __typename } } }');
  });
});

describe('pages of a list', () => {
  const PAGED =
    'query ($offset: Int, $limit: Int) { TestNode(offset: $offset, limit: $limit) { edges { node { FIELDS } } } }';

  test.each(['id name { value }', 'name { value }'])(
    'that only repeat themselves end the round: %s',
    async (fields) => {
      const { id, name } = NODE;
      const node = fields.startsWith('id') ? { id, name } : { name };
      const server = await answering(() => ({ body: nodesAnswer([node], null) }));
      await using app = await startExporter(configFor(server, list(PAGED.replace('FIELDS', fields))));
      const record = await app.logged('list of targets cannot be read; the last one stays for a while');
      expect(record['err']).toBe('nodes: the page at 1 only repeats what came before');
      expect(server.asked.length).toBeLessThanOrEqual(4);
    },
  );

  test('have root fields without an offset once', async () => {
    const query = `query ($offset: Int, $limit: Int) {
      TestNode(offset: $offset, limit: $limit) { count edges { node { id name { value } } } }
      others: TestNode { edges { node { name { value } } } } }`;
    const server = await answering(({ variables: { offset } }) => {
      const nodes = [1, 2, 3, 4].map((id) => ({ node: { id, name: { value: `n${id}` } } }));
      const page = nodes.slice(Number(offset), Number(offset) + 2);
      return { body: { data: { TestNode: { count: 4, edges: page }, others: { edges: nodes.slice(0, 1) } } } };
    });
    await using app = await startExporter(configFor(server, { infrahub: { page_size: 2 }, ...list(query) }));
    await app.scrapeUntil('five', (page) => page.value('infrahub_sd_targets') === 5);
  });
});

test('a list may be called whatever one likes', async () => {
  const server = await answering(() => ({ body: nodesAnswer([NODE]) }));
  const query = list('{ TestNode { edges { node { id name { value } } } } }', { name: 'Geräte 設備' });
  await using app = await startExporter(configFor(server, query));
  await app.scrapeUntil('the target', (page) => page.value('infrahub_sd_targets', { query: 'Geräte 設備' }) === 1);
  expect((await fetch(`${app.url}/sd/${encodeURIComponent('Geräte 設備')}`)).status).toBe(200);
  expect(server.asked[0]?.headers['x-infrahub-tracker']).toBe('sd-Ger_te___-page1');
});
