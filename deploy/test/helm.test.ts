import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { at, helmTemplate, type Json, only } from './manifests.ts';
import { output, run } from './programs.ts';
import { APPS } from './renderings.ts';
import { schemaProblems } from './schemas.ts';

const CHART = 'helm/device-exporters';
const LOXONE = ['--values', `${CHART}/examples/loxone.yaml`];

function set(app: string, values: Readonly<Record<string, Json>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [
    '--set-json',
    `apps.${app}.${key}=${JSON.stringify(value)}`,
  ]);
}

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

describe('values that are wrong are refused by name', () => {
  test.each<[string, string[], RegExp]>([
    ['a key of the page', ['--set', 'imagge.registry=x'], /imagge/],
    ['an app that there is not', ['--set', 'apps.lokone.enabled=true'], /lokone/],
    ['a key of an app', ['--set', 'apps.loxone-exporter.enabld=true'], /enabld/],
    ['a key of its monitor', ['--set', 'apps.tapo-exporter.serviceMonitor.intervall=1s'], /intervall/],
    ['scrapeConfigs where there are no target lists', set('tapo-exporter', { scrapeConfigs: [] }), /scrapeConfigs/],
    ['the tag latest', ['--set', 'apps.loxone-exporter.image.tag=latest'], /image\/tag/],
    ['a digest that is none', ['--set', 'apps.loxone-exporter.image.digest=sha256:1'], /image\/digest/],
    ['a port out of range', ['--set', 'apps.loxone-exporter.port=70000'], /port/],
    [
      'a secret as a plain variable of secretFiles',
      set('loxone-exporter', { secretFiles: { LOXONE_PASSWORD: 'x' } }),
      /LOXONE_PASSWORD/,
    ],
    [
      'an app without the configuration that it cannot do without',
      ['--set', 'apps.loxone-exporter.enabled=true'],
      /config/,
    ],
  ])('%s', (_, args, named) => {
    const { code, err } = run('helm', ['template', 'x', CHART, ...args]);
    expect(code).not.toBe(0);
    expect(err).toMatch(named);
  });
});

/** Maps whose keys are the user's own, or those of an object that Kubernetes knows. */
const OPEN =
  /\.(config|configFiles|secretFiles|commonLabels|labels|podLabels|podAnnotations|serviceAnnotations|nodeSelector|requests|limits|nodeAffinity)$/;

/** The path of every map in values, and in the items of lists, that is not open. */
function closedMaps(value: Json, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => closedMaps(item, `${path}[${index}]`));
  if (value === null || typeof value !== 'object' || OPEN.test(path)) return [];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => closedMaps(inner, `${path}.${key}`))];
}

/** Something in every key that the chart leaves empty. */
const FILLED = {
  image: { pullSecrets: [{ name: 'a' }] },
  apps: Object.fromEntries(
    ['loxone-exporter', 'infrahub-exporter'].map((app) => [
      app,
      {
        affinity: { nodeAffinity: {} },
        extraEnv: [{ name: 'A' }],
        extraVolumeMounts: [{ name: 'a', mountPath: '/a' }],
        tolerations: [{ key: 'a' }],
        topologySpreadConstraints: [{ maxSkew: 1 }],
        serviceMonitor: {
          basicAuth: { username: { name: 'a', key: 'b' } },
          tlsConfig: { ca: { secret: { name: 'a', key: 'b' } } },
          relabelings: [{ regex: 'a' }],
          metricRelabelings: [{ regex: 'a' }],
        },
        ...(app === 'infrahub-exporter' ? { scrapeConfigs: [{ name: 'a', query: 'b', relabelings: [{}] }] } : {}),
      },
    ]),
  ),
};

describe('a key that the chart does not know is refused', () => {
  const filled = ['--set-json', `image=${JSON.stringify(FILLED.image)}`].concat(
    ...Object.entries(FILLED.apps).map(([app, values]) => set(app, values)),
  );
  const shown = parse(output('helm', ['show', 'values', CHART])) as { readonly apps: Readonly<Record<string, object>> };
  const paths = new Set(
    [
      ...closedMaps(shown as Json, ''),
      ...closedMaps(FILLED as Json, ''),
      // Those of all apps are one definition; infrahub-exporter has its own.
    ].filter((path) => !/\.apps\.(?!loxone|infrahub)/.test(path) && !/egress\[0\]\./.test(path)),
  );

  test('the values that it is tried on are right without it', () => {
    expect(paths.size).toBeGreaterThan(50);
    expect(run('helm', ['template', 'x', CHART, ...filled]).err).toBe('');
  });

  test.each([...paths])('in values%s', (path) => {
    const key = `${path}.unknownKey`.slice(1);
    const { code, err } = run('helm', ['template', 'x', CHART, ...filled, '--set', `${key}=x`]);
    expect(code).not.toBe(0);
    expect(err).toMatch(/unknownKey/);
  });
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
