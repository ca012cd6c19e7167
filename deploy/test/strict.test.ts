import { expect, test } from 'vitest';
import { parseManifests } from './manifests.ts';
import { schemaProblems } from './schemas.ts';

function service(spec: string): Promise<string[]> {
  return schemaProblems(parseManifests(`{ apiVersion: v1, kind: Service, metadata: { name: x }, spec: ${spec} }`));
}

test('an object that is right has no problems', async () => {
  expect(await service('{ ports: [{ port: 80, targetPort: http }], selector: { any: thing } }')).toEqual([]);
});

test('a field that does not exist is named, however deep it is', async () => {
  const problems = await service('{ ports: [{ port: 80, targetport: http }], selectors: {} }');
  expect(problems.toSorted()).toEqual([
    'Service x /spec/ports/0/targetport: unknown field',
    'Service x /spec/selectors: unknown field',
  ]);
});

test('a field of a custom resource that does not exist is named', async () => {
  const monitor = `{ apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: { name: x },
    spec: { selector: {}, endpoints: [{ port: a, intervall: 1s }] } }`;
  expect(await schemaProblems(parseManifests(monitor))).toEqual([
    'ServiceMonitor x /spec/endpoints/0/intervall: unknown field',
  ]);
});

test('a value of the wrong type and a field that is missing are named', async () => {
  const problems = await service('{ ports: [{ name: 8 }] }');
  expect(problems.filter((text) => text.startsWith('Service x /spec/ports/0/name:'))).toHaveLength(1);
  expect(problems.filter((text) => text.includes('"port"'))).toHaveLength(1);
});

test('a kind without a schema is an error, not a pass', async () => {
  await expect(
    schemaProblems(parseManifests('{ apiVersion: v2, kind: Service, metadata: { name: x } }')),
  ).rejects.toThrow('there is no schema for Service of v2');
});

test('a key that is there twice is an error', () => {
  expect(() => parseManifests('kind: A\nkind: B')).toThrow(/unique/);
});
