import { expect, test } from 'vitest';
import type { QueryConfig } from '../config.ts';
import { groupMaker } from './target-group.ts';

const CONFIG: QueryConfig = {
  name: null,
  file_path: 'nodes.gql',
  endpoint_path: null,
  target_field: 'address',
  target_fallbacks: ['fqdn', 'name'],
  port_field: 'ports[]',
  default_port: null,
  scheme_field: null,
  metrics_path_field: null,
  label_mappings: {},
  refresh_interval_seconds: 60,
  max_age_seconds: 3600,
  min_targets_ratio: 0,
};

function targetsOf(node: Readonly<Record<string, unknown>>, config: Partial<QueryConfig> = {}) {
  return groupMaker({ ...CONFIG, ...config })(node, 'TestNode')?.targets;
}

test('a node with several ports is several targets', () => {
  expect(targetsOf({ address: { value: '192.0.2.1/24' }, ports: { value: [9100, '9115', 9100] } })).toEqual([
    '192.0.2.1:9100',
    '192.0.2.1:9115',
  ]);
});

test('a node with several addresses is several targets, at each port', () => {
  const node = {
    interfaces: { edges: [{ node: { ip: 'a' } }, { node: { ip: null } }, { node: { ip: 'b' } }] },
    ports: [1, 2],
  };
  expect(targetsOf(node, { target_field: 'interfaces[].ip' })).toEqual(['a:1', 'a:2', 'b:1', 'b:2']);
});

test.each([
  [{ value: null }, 'leaf01'],
  [{ value: '' }, 'leaf01'],
  [{ value: false }, 'leaf01'],
  [{ value: 0 }, 'leaf01'],
  [{ value: 'no\nname' }, 'leaf01'],
  [{ value: '4711' }, '4711'],
  [undefined, 'leaf01'],
  [{ value: 'host.example.net' }, 'host.example.net'],
])('the fallback counts where the field has nothing usable: %j', (address, target) => {
  expect(targetsOf({ address, name: { value: 'leaf01' } })).toEqual([target]);
});

test('a node with nothing usable anywhere has no group', () => {
  expect(targetsOf({ address: { value: true }, fqdn: { value: 'a\nb' }, name: {} })).toBeUndefined();
});
