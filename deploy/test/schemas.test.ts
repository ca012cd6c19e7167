import { describe, expect, test } from 'vitest';
import { kustomize, type Manifest } from './manifests.ts';
import { schemaProblems } from './schemas.ts';

describe('the proof itself', () => {
  const service = (spec: object): Manifest[] => [
    JSON.parse(JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec })),
  ];

  test('passes what is right', async () => {
    expect(
      await schemaProblems(service({ ports: [{ port: 80, targetPort: 'http' }], selector: { any: 'thing' } })),
    ).toEqual([]);
  });

  test('names a field that does not exist, however deep', async () => {
    const problems = await schemaProblems(service({ ports: [{ port: 80, targetport: 'http' }], selectors: {} }));
    expect(problems.toSorted()).toEqual([
      'Service x /spec/ports/0/targetport: unknown field',
      'Service x /spec/selectors: unknown field',
    ]);
  });

  test('names a value of the wrong type and a field that is missing', async () => {
    const problems = await schemaProblems(service({ ports: [{ name: 8 }] }));
    expect(problems.some((text) => text.startsWith('Service x /spec/ports/0/name:'))).toBe(true);
    expect(problems.some((text) => text.includes('"port"'))).toBe(true);
  });
});

describe('kustomize', () => {
  test.each(['loxone-exporter'])(
    'base/%s: every object is as Kubernetes and the operator have it (K26)',
    async (app) => {
      const manifests = kustomize(`base/${app}`);
      expect(await schemaProblems(manifests)).toEqual([]);
      expect(manifests.map(({ kind }) => kind)).toContain('Deployment');
    },
  );
});
