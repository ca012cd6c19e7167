import { expect, test } from 'vitest';
import { at, type Json, only } from './manifests.ts';
import { overlay } from './overlay.ts';
import { schemaProblems } from './schemas.ts';

const LOXONE = { resources: ['../base/loxone-exporter'] };

test('K3 an overlay pins the image by its digest', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const images = [{ name: 'loxone-exporter', newName: 'registry.example.org/loxone-exporter', digest }];
  const image = at(only(overlay({ ...LOXONE, images }), 'Deployment'), 'spec.template.spec.containers.0.image');
  expect(image).toBe(`registry.example.org/loxone-exporter@${digest}`);
});

test('K12 a changed configuration is a new pod', () => {
  const configured = (text: string): Json => {
    const configMapGenerator = [{ name: 'loxone-exporter-config', behavior: 'merge', files: ['config.yml'] }];
    const manifests = overlay({ ...LOXONE, configMapGenerator }, { 'config.yml': text });
    const name = at(only(manifests, 'Deployment'), 'spec.template.spec.volumes.0.configMap.name');
    expect(only(manifests, 'ConfigMap').metadata.name).toBe(name);
    expect(at(only(manifests, 'ConfigMap'), 'data.config\\.yml')).toBe(text);
    return name;
  };
  expect(configured('log_level: info\n')).not.toBe(configured('log_level: debug\n'));
});

test('K13 the network of the host is a component, which replaces the pod before it starts another', () => {
  const manifests = overlay({
    resources: ['../base/tapo-exporter'],
    components: ['../components/tapo-host-network'],
  });
  const deployment = only(manifests, 'Deployment');
  expect(at(deployment, 'spec.template.spec.hostNetwork')).toBe(true);
  expect(at(deployment, 'spec.template.spec.dnsPolicy')).toBe('ClusterFirstWithHostNet');
  expect(at(deployment, 'spec.strategy')).toEqual({ type: 'Recreate' });
  expect(manifests.map(({ kind }) => kind)).not.toContain('NetworkPolicy');
});

test('K11 the component for an account mounts a Secret that has to exist', async () => {
  const manifests = overlay({ resources: ['../base/kasa-graphite'], components: ['../components/kasa-account'] });
  expect(await schemaProblems(manifests)).toEqual([]);
  const pod = at(only(manifests, 'Deployment'), 'spec.template.spec');
  expect(at(pod, 'containers.0.env')).toContainEqual({
    name: 'KASA_PASSWORD_FILE',
    value: '/run/secrets/kasa-graphite/password',
  });
  expect(at(pod, 'containers.0.volumeMounts')).toContainEqual({
    name: 'secrets',
    mountPath: '/run/secrets/kasa-graphite',
    readOnly: true,
  });
  expect(at(pod, 'volumes')).toContainEqual({
    name: 'secrets',
    secret: { secretName: 'kasa-graphite', optional: false, defaultMode: 0o440 },
  });
});

test('K14, K19 and K21 patches reach the pod, the monitor and all labels', async () => {
  const add = (path: string, value: Json): Json => ({ op: 'add', path, value });
  const patch = (kind: string, operations: readonly Json[]): Json => ({
    target: { kind },
    patch: JSON.stringify(operations),
  });
  const relabelings = [{ action: 'labeldrop', regex: 'pod' }];
  const manifests = overlay({
    ...LOXONE,
    labels: [{ pairs: { release: 'prometheus' } }],
    patches: [
      patch('Deployment', [
        add('/spec/template/spec/nodeSelector', { disk: 'ssd' }),
        add('/spec/template/spec/tolerations', [{ operator: 'Exists' }]),
        add('/spec/template/spec/containers/0/env/-', { name: 'LOXONE_LOG_LEVEL', value: 'debug' }),
        add('/spec/template/spec/containers/0/args/-', '--log.format=json'),
        add('/spec/template/spec/volumes/-', { name: 'ca', configMap: { name: 'ca' } }),
        add('/spec/template/metadata/annotations', { a: 'pod' }),
      ]),
      patch('ServiceMonitor', [add('/spec/endpoints/0/metricRelabelings', relabelings)]),
    ],
  });
  expect(await schemaProblems(manifests)).toEqual([]);
  const pod = at(only(manifests, 'Deployment'), 'spec.template.spec');
  expect(pod).toMatchObject({ nodeSelector: { disk: 'ssd' }, tolerations: [{ operator: 'Exists' }] });
  expect(at(only(manifests, 'ServiceMonitor'), 'spec.endpoints.0.metricRelabelings')).toEqual(relabelings);
  for (const { kind, metadata } of manifests) expect(metadata.labels?.['release'], kind).toBe('prometheus');
});

test('a second instance has names and selectors of its own', () => {
  const instance = { 'app.kubernetes.io/instance': 'garage' };
  const manifests = overlay({
    ...LOXONE,
    nameSuffix: '-garage',
    labels: [{ pairs: instance, includeSelectors: true }],
  });
  const selector = { 'app.kubernetes.io/name': 'loxone-exporter', ...instance };
  expect(at(only(manifests, 'Deployment'), 'spec.selector.matchLabels')).toEqual(selector);
  expect(at(only(manifests, 'Service'), 'spec.selector')).toEqual(selector);
  expect(at(only(manifests, 'NetworkPolicy'), 'spec.podSelector.matchLabels')).toEqual(selector);
  expect(at(only(manifests, 'PodDisruptionBudget'), 'spec.selector.matchLabels')).toEqual(selector);
  expect(at(only(manifests, 'Deployment'), 'spec.template.spec.serviceAccountName')).toBe('loxone-exporter-garage');
});

test('K22 the component for target lists scrapes what /sd of infrahub-exporter lists', async () => {
  const manifests = overlay({
    resources: ['../base/infrahub-exporter'],
    components: ['../components/infrahub-targets'],
    namespace: 'device-exporters',
  });
  expect(await schemaProblems(manifests)).toEqual([]);
  const service = only(manifests, 'Service');
  const { name, namespace } = service.metadata;
  const port = String(at(service, 'spec.ports.0.port'));
  const query = 'devices';
  expect(at(only(manifests, 'ConfigMap'), 'data.config\\.yml')).toContain(`- name: ${query}`);
  const discoveries = at(only(manifests, 'ScrapeConfig'), 'spec.httpSDConfigs');
  expect(discoveries).toEqual([{ url: `http://${name}.${namespace}.svc:${port}/sd/${query}`, refreshInterval: '60s' }]);
});
