import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { at, helmTemplate, type Json, kustomize, type Manifest } from './manifests.ts';
import { DISCOVERY, PROTECTED } from './renderings.ts';

/** Kustomize and Helm make the same objects: what one of them has, users of the other do not miss. */

const GENERATED_HASH = /(?<=-config)-[a-z0-9]{10}(?=")/g;

/** An object without what differs by nature: who manages it, the hash of its configuration, the order of variables. */
function comparable(manifest: Manifest): Json {
  const text = JSON.stringify(manifest, (key, value: unknown) => {
    if (key === 'helm.sh/chart' || key === 'app.kubernetes.io/managed-by' || key === 'checksum/config')
      return undefined;
    if (key === 'annotations' && JSON.stringify(Object.keys(value as object)) === '["checksum/config"]')
      return undefined;
    if (key === 'config.yml') return parse(String(value)) as unknown;
    if (key === 'env') return (value as { name: string }[]).toSorted((a, b) => a.name.localeCompare(b.name));
    return value;
  });
  return JSON.parse(text.replaceAll(GENERATED_HASH, '')) as Json;
}

function byKindAndName(manifests: readonly Manifest[]): Record<string, Json> {
  // Helm makes a namespace by itself, with --create-namespace.
  const ours = manifests.filter(({ kind }) => kind !== 'Namespace');
  const entries = ours.map(comparable).map((manifest) => {
    return [`${String(at(manifest, 'kind'))} ${String(at(manifest, 'metadata.name'))}`, manifest] as const;
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b)));
}

describe('overlays/example and examples/all.yaml', () => {
  const fromKustomize = byKindAndName(kustomize('overlays/example'));
  const fromHelm = byKindAndName(helmTemplate(['--values', 'helm/device-exporters/examples/all.yaml']));

  test('have the same objects', () => {
    expect(Object.keys(fromHelm)).toEqual(Object.keys(fromKustomize));
    expect(Object.keys(fromHelm)).toHaveLength(38);
  });

  test.each(Object.keys(fromKustomize))('%s is the same', (name) => {
    expect(fromHelm[name]).toEqual(fromKustomize[name]);
  });
});

test('discovery by broadcast is the same with the components and with hostNetwork', () => {
  const [fromKustomize, fromHelm] = DISCOVERY.map(([, render]) => byKindAndName(render()));
  expect(fromHelm).toEqual(fromKustomize);
});

test('K20 pages over TLS are the same with the component and with values', () => {
  const [fromKustomize, fromHelm] = PROTECTED.map(([, render]) => byKindAndName(render()));
  expect(fromHelm).toEqual(fromKustomize);
});
