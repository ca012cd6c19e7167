import { expect, test } from 'vitest';
import { APPS, DISCOVERY, PROTECTED, RENDERINGS } from './renderings.ts';
import { schemaProblems } from './schemas.ts';

test.each([...RENDERINGS, ...DISCOVERY, ...PROTECTED])(
  'K26 %s: no field that Kubernetes or the operator does not know',
  async (_, render) => {
    const manifests = render();
    expect(await schemaProblems(manifests)).toEqual([]);
    expect(manifests.filter(({ kind }) => kind === 'Deployment').length).toBeGreaterThan(0);
  },
);

test.each([...RENDERINGS, ...DISCOVERY, ...PROTECTED])('K27 %s: no placeholder is left', (_, render) => {
  const placeholders = /TODO|FIXME|CHANGE_?ME|change-me|<[a-z-]+>|\{\{|\$\{|REPLACE/g;
  expect(JSON.stringify(render()).match(placeholders)).toBeNull();
});

test.each(['kustomize overlays/example', 'helm examples/all.yaml'])('%s has all five apps', (wanted) => {
  const manifests = RENDERINGS.find(([name]) => name === wanted)?.[1]() ?? [];
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name);
  expect(deployments.toSorted()).toEqual(APPS.toSorted());
});
