import { expect, test } from 'vitest';
import { at, helmTemplate, type Json, only } from './manifests.ts';
import { output, run } from './programs.ts';
import { APPS } from './renderings.ts';
import { schemaProblems } from './schemas.ts';
import { set } from './set-values.ts';

const CHART = 'helm/device-exporters';
const LOXONE = ['--values', `${CHART}/examples/loxone.yaml`];

test.each(['all', 'discovery', 'loxone', 'tls'])('helm lint has nothing against examples/%s.yaml', (name) => {
  const { code, out, err } = run('helm', ['lint', '--strict', CHART, '--values', `${CHART}/examples/${name}.yaml`]);
  expect(`${out}${err}`).not.toMatch(/\[(WARNING|ERROR)\]/);
  expect(code).toBe(0);
});

test('several files of values add up', async () => {
  const files = ['all', 'tls', 'discovery'].flatMap((name) => ['--values', `${CHART}/examples/${name}.yaml`]);
  const manifests = helmTemplate(files);
  expect(await schemaProblems(manifests)).toEqual([]);
  const pods = manifests
    .filter(({ kind }) => kind === 'Deployment')
    .map((deployment) => {
      const pod = at(deployment, 'spec.template.spec');
      const volumes = (at(pod, 'volumes') as readonly Json[]).map((volume) => at(volume, 'name'));
      return [deployment.metadata.name, volumes.includes('web'), at(pod, 'hostNetwork') === true];
    });
  expect(pods.toSorted()).toEqual([
    ['ecoflow-exporter', false, false],
    ['infrahub-exporter', false, false],
    ['kasa-graphite', false, true],
    ['loxone-exporter', true, false],
    ['tapo-exporter', true, true],
  ]);
});

test('nothing runs until an app is chosen', () => {
  expect(helmTemplate([])).toEqual([]);
});

test('K3 a digest pins the image', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const manifests = helmTemplate([...LOXONE, '--set', `apps.loxone-exporter.image.digest=${digest}`]);
  const image = at(only(manifests, 'Deployment'), 'spec.template.spec.containers.0.image');
  expect(image).toBe(`loxone-exporter:0.1.0@${digest}`);
});

test('K11 with another Secret, other keys', () => {
  const account = { ECOFLOW_ACCESS_KEY_FILE: null, ECOFLOW_SECRET_KEY_FILE: null, ECOFLOW_ACCOUNT_PASSWORD_FILE: 'pw' };
  const values = { enabled: true, existingSecret: 'mine', secretFiles: account };
  const deployment = only(helmTemplate(set('ecoflow-exporter', values)), 'Deployment');
  const variables = at(deployment, 'spec.template.spec.containers.0.env') as readonly Json[];
  expect(variables.filter((entry) => String(at(entry, 'name')).endsWith('_FILE'))).toEqual([
    { name: 'ECOFLOW_ACCOUNT_PASSWORD_FILE', value: '/run/secrets/ecoflow-exporter/pw' },
  ]);
  expect(JSON.stringify(at(deployment, 'spec.template.spec.volumes'))).toContain('"secretName":"mine"');
});

test('K12 a changed configuration is a new pod', () => {
  const checksum = (args: readonly string[]): Json =>
    at(only(helmTemplate(args), 'Deployment'), 'spec.template.metadata.annotations.checksum/config');
  const before = checksum(LOXONE);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(checksum(LOXONE)).toBe(before);
  expect(checksum([...LOXONE, '--set', 'apps.loxone-exporter.config.log_level=debug'])).not.toBe(before);
});

test('K14, K19 and K20 every hook of the workload and of the monitor arrives', async () => {
  const hooks = {
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'home', operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
    priorityClassName: 'low',
  };
  const relabel = [{ action: 'replace', targetLabel: 'site', replacement: 'home' }];
  const login = { username: { name: 'login', key: 'user' }, password: { name: 'login', key: 'password' } };
  const manifests = helmTemplate([
    ...LOXONE,
    ...set('loxone-exporter', {
      ...hooks,
      extraEnv: [{ name: 'A', value: 'b' }],
      extraArgs: ['--log.level=debug'],
      extraVolumes: [{ name: 'ca', configMap: { name: 'ca' } }],
      extraVolumeMounts: [{ name: 'ca', mountPath: '/ca' }],
      podAnnotations: { a: 'pod' },
      podLabels: { l: 'pod' },
      serviceAnnotations: { s: 'service' },
      serviceMonitor: {
        scheme: 'https',
        basicAuth: login,
        tlsConfig: { serverName: 'exporter', ca: { secret: { name: 'ca', key: 'ca.crt' } } },
        labels: { release: 'prometheus' },
        relabelings: relabel,
        metricRelabelings: relabel,
      },
    }),
  ]);
  expect(await schemaProblems(manifests)).toEqual([]);
  const deployment = only(manifests, 'Deployment');
  const pod = at(deployment, 'spec.template.spec');
  expect(pod).toMatchObject(hooks);
  expect(at(deployment, 'spec.template.metadata.annotations.a')).toBe('pod');
  expect(at(deployment, 'spec.template.metadata.labels.l')).toBe('pod');
  expect(at(pod, 'containers.0.args')).toEqual(['--web.listen-address=:9504', '--log.level=debug']);
  expect(at(pod, 'containers.0.env')).toContainEqual({ name: 'A', value: 'b' });
  expect(at(pod, 'containers.0.volumeMounts')).toContainEqual({ name: 'ca', mountPath: '/ca' });
  expect(at(pod, 'volumes')).toContainEqual({ name: 'ca', configMap: { name: 'ca' } });
  expect(only(manifests, 'Service').metadata.annotations).toEqual({ s: 'service' });
  const monitor = only(manifests, 'ServiceMonitor');
  expect(monitor.metadata.labels).toMatchObject({ release: 'prometheus' });
  // K20: TLS and a login, each from a Secret.
  expect(at(monitor, 'spec.endpoints.0')).toMatchObject({
    scheme: 'https',
    basicAuth: login,
    tlsConfig: { serverName: 'exporter' },
    relabelings: relabel,
    metricRelabelings: relabel,
  });
});

test('K21 a label for all objects, as many operators select monitors by one', () => {
  const manifests = helmTemplate([...LOXONE, '--set', 'commonLabels.release=prometheus']);
  for (const { kind, metadata } of manifests) expect(metadata.labels?.['release'], kind).toBe('prometheus');
});

test('a strategy without surges takes the place of the default', () => {
  const manifests = helmTemplate([...LOXONE, '--set', 'apps.loxone-exporter.strategy.type=Recreate']);
  expect(at(only(manifests, 'Deployment'), 'spec.strategy')).toEqual({ type: 'Recreate' });
});

test.each<[string, Readonly<Record<string, Json>>, Json]>([
  ['a claim of its own', {}, { persistentVolumeClaim: { claimName: 'kasa-graphite-state' } }],
  ['a claim that exists', { existingClaim: 'spool' }, { persistentVolumeClaim: { claimName: 'spool' } }],
  ['an emptyDir', { persistent: false }, { emptyDir: {} }],
])('the state of kasa-graphite is in %s', (name, state, volume) => {
  const values = { enabled: true, config: { kasa: { discovery: false } }, state };
  const manifests = helmTemplate(set('kasa-graphite', values));
  const volumes = at(only(manifests, 'Deployment'), 'spec.template.spec.volumes');
  expect(volumes).toContainEqual({ name: 'state', ...(volume as object) });
  expect(manifests.some(({ kind }) => kind === 'PersistentVolumeClaim')).toBe(name === 'a claim of its own');
});

test('the notes name the Secret that is missing, and how to look at the metrics', () => {
  const notes = output('helm', [
    'install',
    'device-exporters',
    CHART,
    '--dry-run=client',
    '--namespace',
    'home',
    ...LOXONE,
  ]);
  expect(notes).toContain('kubectl --namespace home create secret generic loxone-exporter --from-file=password=FILE');
  expect(notes).toContain('port-forward service/loxone-exporter 9504');
});

test('the notes say what to do when nothing is chosen', () => {
  const notes = output('helm', ['install', 'device-exporters', CHART, '--dry-run=client']);
  expect(notes).toContain('Nothing runs yet');
});

test('every app has the keys that all have', () => {
  const shown = output('helm', ['show', 'values', CHART]);
  for (const app of APPS) expect(shown).toContain(`  ${app}:\n    enabled: false\n`);
});
