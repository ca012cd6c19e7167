import { DATA_CENTRE, type KindModel, startInfrahub } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { configFor, startExporter } from './exporting.ts';

const INFO = 'infrahub_dciminterface_info';

function including(...include: string[]) {
  return { metrics: { kind: [{ kind: 'DcimInterface', include }] } };
}

/** The data centre, where virtual interfaces have these fields besides. */
function withVirtual(attributes: KindModel['attributes']): KindModel[] {
  return DATA_CENTRE.map((kind) =>
    kind.name === 'VirtualInterface' ? { ...kind, attributes: { ...kind.attributes, ...attributes } } : kind,
  );
}

test('a field that only some kinds of a generic have is theirs, and empty for the others', async () => {
  await using infrahub = await startInfrahub();
  await using app = await startExporter(configFor(infrahub, including('name', 'speed')));
  const page = await app.scrapeUntil('interfaces', (one) => one.lines(INFO).length === 2);
  expect(page.lines(INFO, { name: 'Ethernet1', speed: '100000000000' })).toHaveLength(1);
  expect(page.lines(INFO, { name: 'Loopback0', speed: '' })).toHaveLength(1);
  expect(infrahub.ledger.queriesOf('DcimInterface')[0]?.query).toContain(
    'name { value } ... on DcimPhysicalInterface { speed { value } } }',
  );
});

test('a field that is of different types in different kinds is one label all the same', async () => {
  await using infrahub = await startInfrahub({ kinds: withVirtual({ speed: 'Text' }) });
  infrahub.branch().update('if-2', { speed: 'as fast as it gets' });
  await using app = await startExporter(configFor(infrahub, including('speed')));
  await app.scrapeUntil(
    'both',
    (page) =>
      page.lines(INFO, { id: 'if-1', speed: '100000000000' }).length === 1 &&
      page.lines(INFO, { id: 'if-2', speed: 'as fast as it gets' }).length === 1,
  );
  expect(infrahub.ledger.invalid).toEqual([]);
});

test('a secret of one of the kinds is refused for all', async () => {
  await using infrahub = await startInfrahub({ kinds: withVirtual({ key: 'Password' }) });
  await using app = await startExporter(configFor(infrahub, including('key')));
  const record = await app.logged('kind cannot be read; its last series stay for a while');
  expect(record['err']).toBe('DcimVirtualInterface: key is a Password; secrets never become labels');
});

test('a field that none of them has is refused, with the nearest of all', async () => {
  await using infrahub = await startInfrahub();
  await using app = await startExporter(configFor(infrahub, including('spede')));
  const record = await app.logged('kind cannot be read; its last series stay for a while');
  expect(record['err']).toBe('DcimInterface has no attribute or relationship spede; did you mean speed?');
});

test('a schema that changes while running is noticed in the same round', async () => {
  await using infrahub = await startInfrahub({ kinds: withVirtual({}) });
  await using app = await startExporter(configFor(infrahub, including('name', 'device')));
  await app.scrapeUntil('interfaces', (one) => one.lines(INFO).length === 2);
  const changed = DATA_CENTRE.map((kind) => {
    const relationships = { device: { peer: 'DcimDevice', many: true as const } };
    return kind.namespace + kind.name === 'DcimInterface' || kind.generic === 'DcimInterface'
      ? { ...kind, relationships }
      : kind;
  });
  infrahub.changeSchema(changed);
  const asked = infrahub.ledger.requests.length;
  await infrahub.ledger.until((ledger) => ledger.invalid.length > 0);
  await infrahub.ledger.until(({ requests }) => requests.length >= asked + 5);
  const paths = infrahub.ledger.requests.slice(asked).map(({ path }) => path);
  expect(paths.slice(0, 4)).toEqual(['/graphql/main', '/api/schema/summary', '/api/schema', '/graphql/main']);
  const page = await app.scrape();
  expect(page.lines(INFO, { device: 'DcimDevice__ams1-leaf01' })).toHaveLength(2);
  expect((await app.health()).body['status']).toBe('healthy');
});
