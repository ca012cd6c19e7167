import { describe, expect, test } from 'vitest';
import { DATA_CENTRE, dataCentre, ManualClock, type SimulatedInfrahub, startInfrahub } from '../../src/index.ts';

interface Answer {
  readonly status: number;
  readonly body: {
    data?: Record<string, { count: number; edges: { node: Record<string, unknown> }[] }>;
    errors?: unknown[];
  };
}

async function ask(
  infrahub: SimulatedInfrahub,
  query: string,
  { path = '/graphql/main', variables = {}, key = infrahub.token } = {},
): Promise<Answer> {
  const answer = await fetch(`${infrahub.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-infrahub-key': key },
    body: JSON.stringify({ query, variables }),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

async function namesOf(infrahub: SimulatedInfrahub, args: string, path?: string): Promise<unknown[]> {
  const { body } = await ask(
    infrahub,
    `{ DcimDevice${args} { count edges { node { name { value } } } } }`,
    path === undefined ? {} : { path },
  );
  return body.data?.['DcimDevice']?.edges.map(({ node }) => (node['name'] as { value: unknown }).value) ?? [];
}

describe('GraphQL', () => {
  test('answers pages in a stable order, with a count of all', async () => {
    await using infrahub = await startInfrahub();
    const { body } = await ask(
      infrahub,
      '{ DcimDevice(offset: 3, limit: 5) { count edges { node { id hfid __typename } } } }',
    );
    expect(body.data?.['DcimDevice']).toEqual({
      count: 5,
      edges: [
        { node: { id: 'device-4', hfid: ['fra2-fw01'], __typename: 'DcimDevice' } },
        { node: { id: 'device-5', hfid: ['fra2-leaf01'], __typename: 'DcimDevice' } },
      ],
    });
    expect(await namesOf(infrahub, '(offset: 7)')).toEqual([]);
  });

  test.each([
    ['(role__value: "spine")', ['ams1-spine01']],
    ['(snmp_port__values: [1161])', ['ams1-spine01']],
    ['(primary_ip__isnull: true)', ['fra2-fw01']],
    ['(location__shortname__value: "FRA2", monitored__value: false)', ['fra2-leaf01']],
    ['(hfid: ["fra2-fw01"])', ['fra2-fw01']],
    ['(tags__ids: ["tag-lab"])', ['fra2-leaf01']],
  ])('filters by %s', async (args, names) => {
    await using infrahub = await startInfrahub();
    expect(await namesOf(infrahub, args)).toEqual(names);
  });

  test.each([
    ['(name__value: "LEAF", partial_match: true)', ['ams1-leaf01', 'ams1-leaf02', 'fra2-leaf01']],
    ['(name__values: ["SPINE", "fw"], partial_match: true)', ['ams1-spine01', 'fra2-fw01']],
    ['(any__value: "firewall")', ['fra2-fw01']],
    ['(any__value: 40)', ['fra2-fw01']],
    ['(display_label__value: "ams1-leaf02")', ['ams1-leaf02']],
  ])('has the filters of all kinds: %s', async (args, names) => {
    await using infrahub = await startInfrahub();
    expect(await namesOf(infrahub, args)).toEqual(names);
  });

  test('resolves generics to their kinds', async () => {
    await using infrahub = await startInfrahub();
    const { body } = await ask(
      infrahub,
      '{ DcimInterface { count edges { node { __typename hfid ... on DcimPhysicalInterface { speed { value } } } } } }',
    );
    expect(body.data?.['DcimInterface']?.edges.map(({ node }) => node)).toEqual([
      { __typename: 'DcimPhysicalInterface', hfid: ['ams1-leaf01', 'Ethernet1'], speed: { value: 100e9 } },
      { __typename: 'DcimVirtualInterface', hfid: ['ams1-leaf01', 'Loopback0'] },
    ]);
  });

  test.each([
    ['{ DcimDevice { edges { node { nope } } } }', {}],
    ['{ DcimDevise { count } }', {}],
    ['query ($port: BigInt) { DcimDevice(snmp_port__value: $port) { count } }', { port: '161' }],
    ['query ($port: String) { DcimDevice(snmp_port__value: $port) { count } }', { port: '161' }],
  ])('refuses %s, in a 200 with errors', async (query, variables) => {
    await using infrahub = await startInfrahub();
    const { status, body } = await ask(infrahub, query, { variables });
    expect([status, body.data ?? null, body.errors?.length]).toEqual([200, null, 1]);
    expect(infrahub.ledger.invalid).toHaveLength(1);
  });

  test('reads branches, and what was', async () => {
    const clock = new ManualClock(Date.UTC(2026, 4, 4));
    await using infrahub = await startInfrahub({ branches: ['maintenance/dc-1'], clock });
    clock.advance(10_000);
    infrahub.branch().remove(['device-1']);
    expect(await namesOf(infrahub, '')).toHaveLength(4);
    expect(await namesOf(infrahub, '', '/graphql/main?at=2026-05-04T00:00:05Z')).toHaveLength(5);
    expect(await namesOf(infrahub, '', '/graphql/maintenance%2Fdc-1')).toHaveLength(5);
    expect((await ask(infrahub, '{ DcimDevice { count } }', { path: '/graphql/nope' })).status).toBe(404);
    expect((await ask(infrahub, '{ DcimDevice { count } }', { path: '/graphql/main?at=when' })).status).toBe(400);
  });
});

describe('access', () => {
  test('is by API token, not as a bearer', async () => {
    await using infrahub = await startInfrahub();
    expect((await ask(infrahub, '{ DcimDevice { count } }', { key: 'wrong' })).status).toBe(401);
    const headers = { authorization: `Bearer ${infrahub.token}` };
    expect((await fetch(`${infrahub.url}/api/schema`, { headers })).status).toBe(401);
    expect((await fetch(`${infrahub.url}/api/schema`)).status).toBe(401);
  });

  test('is by login, until it expires, and by refresh', async () => {
    await using infrahub = await startInfrahub();
    const post = async (action: string, body: object, bearer = '') => {
      const headers = { authorization: `Bearer ${bearer}` };
      const answer = await fetch(`${infrahub.url}/api/auth/${action}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };
    const read = async (bearer = '') =>
      (await fetch(`${infrahub.url}/api/schema/summary`, { headers: { authorization: `Bearer ${bearer}` } })).status;
    expect((await post('login', { username: 'exporter', password: 'wrong' })).status).toBe(401);
    const { body } = await post('login', { username: 'exporter', password: 'secret' });
    expect(await read(body['access_token'])).toBe(200);
    infrahub.faults.expireLogins();
    expect(await read(body['access_token'])).toBe(401);
    const refreshed = await post('refresh', {}, body['refresh_token']);
    expect(await read(refreshed.body['access_token'])).toBe(200);
    infrahub.faults.expireLogins({ withRefreshTokens: true });
    expect((await post('refresh', {}, body['refresh_token'])).status).toBe(401);
  });
});

test('the schema has every kind, and its summary another hash once it has changed', async () => {
  await using infrahub = await startInfrahub();
  const read = async (path: string) =>
    (await (await fetch(`${infrahub.url}${path}`, { headers: { 'x-infrahub-key': infrahub.token } })).json()) as Record<
      string,
      unknown
    >;
  const { nodes, generics } = (await read('/api/schema?branch=main')) as {
    nodes: unknown[];
    generics: { kind: string }[];
  };
  expect([nodes.length, generics.map(({ kind }) => kind)]).toEqual([7, ['DcimInterface']]);
  const before = await read('/api/schema/summary');
  infrahub.changeSchema(DATA_CENTRE.slice(0, 6));
  expect((await read('/api/schema/summary'))['main']).not.toBe(before['main']);
  expect(await read('/api/info')).toMatchObject({ version: '1.11.9' });
});

test('a single kind can be asked for, and one that there is not is 422', async () => {
  await using infrahub = await startInfrahub();
  const headers = { 'x-infrahub-key': infrahub.token };
  const answer = await fetch(`${infrahub.url}/api/schema/BuiltinTag?branch=main`, { headers });
  expect(await answer.json()).toMatchObject({ kind: 'BuiltinTag', attributes: [{ name: 'name', kind: 'Text' }, {}] });
  expect((await fetch(`${infrahub.url}/api/schema/NoSuchKind`, { headers })).status).toBe(422);
});

describe('faults', () => {
  test('are for so many requests, of the kind they are meant for', async () => {
    await using infrahub = await startInfrahub({ nodes: dataCentre() });
    infrahub.faults.next({ kind: 'answer', status: 503, headers: { 'retry-after': '1' } }, 1, { kind: 'BuiltinTag' });
    expect((await ask(infrahub, '{ DcimDevice { count } }')).status).toBe(200);
    expect((await ask(infrahub, '{ BuiltinTag { count } }')).status).toBe(503);
    expect((await ask(infrahub, '{ BuiltinTag { count } }')).status).toBe(200);
  });

  test('are errors with and without data, null containers, and connections that end', async () => {
    await using infrahub = await startInfrahub();
    const query = '{ DcimDevice { count } BuiltinTag { count } }';
    infrahub.faults.next({ kind: 'partial' });
    expect((await ask(infrahub, query)).body).toMatchObject({
      data: { DcimDevice: null, BuiltinTag: { count: 4 } },
      errors: [{}],
    });
    infrahub.faults.next({ kind: 'null_container' });
    expect((await ask(infrahub, query)).body.data).toMatchObject({ DcimDevice: { count: null, edges: null } });
    infrahub.faults.next({ kind: 'graphql_errors' });
    expect((await ask(infrahub, query)).body).toMatchObject({ data: null, errors: [{ message: 'An error occurred' }] });
    infrahub.faults.next({ kind: 'drop' });
    await expect(ask(infrahub, query)).rejects.toThrow();
    await infrahub.faults.refuse();
    await expect(ask(infrahub, query)).rejects.toThrow();
    await infrahub.faults.listenAgain();
    expect((await ask(infrahub, query)).status).toBe(200);
  });
});
