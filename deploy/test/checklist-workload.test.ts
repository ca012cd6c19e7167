import { describe, expect, test } from 'vitest';
import { at, type Json, type Manifest } from './manifests.ts';
import { PORTS, RENDERINGS } from './renderings.ts';

/** The conventions of Kubernetes manifests that every workload of ours keeps; the numbers are those of the checklist. */

const LABELS = ['name', 'instance', 'version', 'component', 'part-of', 'managed-by'].map(
  (key) => `app.kubernetes.io/${key}`,
);
const SELECTOR = LABELS.slice(0, 2);
const STOP_SECONDS = 10;
/** What loses something, or is refused, when two pods run at the same time. */
const ALONE = ['ecoflow-exporter', 'kasa-graphite', 'tapo-exporter'];

function list(value: Json): readonly Json[] {
  if (!Array.isArray(value)) throw new TypeError(`not a list: ${JSON.stringify(value)}`);
  return value;
}

function mebibytes(quantity: Json): number {
  const amount = /^(\d+)Mi$/.exec(String(quantity))?.[1];
  if (amount === undefined) throw new TypeError(`not in Mi: ${String(quantity)}`);
  return Number(amount);
}

const deployments = RENDERINGS.flatMap(([rendering, render]) => {
  const manifests = render();
  return manifests
    .filter(({ kind }) => kind === 'Deployment')
    .map((deployment) => [`${rendering}, ${deployment.metadata.name}`, deployment, manifests] as const);
});

function appOf(deployment: Manifest): string {
  return String(at(deployment, 'metadata.labels.app\\.kubernetes\\.io/name'));
}

describe.each(deployments)('%s', (_, deployment, manifests) => {
  const pod = at(deployment, 'spec.template.spec');
  const container = at(pod, 'containers.0');

  test('K1 every object and the pod carry all six labels, the selector is name and instance', () => {
    const ours = manifests.filter(({ kind }) => kind !== 'Namespace');
    for (const { kind, metadata } of ours) {
      expect(Object.keys(metadata.labels ?? {}), `${kind} ${metadata.name}`).toEqual(expect.arrayContaining(LABELS));
    }
    expect(Object.keys(at(deployment, 'spec.template.metadata.labels') as object)).toEqual(
      expect.arrayContaining(LABELS),
    );
    const selector = at(deployment, 'spec.selector.matchLabels') as Record<string, Json>;
    expect(Object.keys(selector).toSorted()).toEqual(SELECTOR.toSorted());
    expect(at(deployment, 'spec.template.metadata.labels')).toMatchObject(selector);
  });

  test('K2 one replica, which is replaced as its source bears it', () => {
    expect(at(deployment, 'spec.replicas')).toBe(1);
    expect(at(deployment, 'spec.strategy')).toEqual(
      ALONE.includes(appOf(deployment))
        ? { type: 'Recreate' }
        : { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    );
  });

  test('K3 the image has a version, never latest, and is not pulled without need', () => {
    expect(at(container, 'image')).toMatch(/^[a-z0-9./-]+:\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?$/);
    expect(at(container, 'imagePullPolicy')).toBe('IfNotPresent');
  });

  test('K4 it has a service account of its own, without a token and without rights', () => {
    expect(at(pod, 'automountServiceAccountToken')).toBe(false);
    expect(at(pod, 'enableServiceLinks')).toBe(false);
    const account = manifests.find(
      ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === at(pod, 'serviceAccountName'),
    );
    expect(account?.['automountServiceAccountToken']).toBe(false);
    expect(manifests.filter(({ kind }) => /Role/.test(kind))).toEqual([]);
  });

  test('K5 it runs as user and group 65532, never as root, with the default seccomp profile', () => {
    expect(at(pod, 'securityContext')).toEqual({
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('K6 the container meets the restricted Pod Security Standard', () => {
    expect(at(container, 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(list(at(pod, 'containers'))).toHaveLength(1);
    const kinds = list(at(pod, 'volumes'))
      .flatMap((volume) => Object.keys(volume as object))
      .filter((key) => key !== 'name');
    const allowed = ['configMap', 'emptyDir', 'persistentVolumeClaim', 'secret'];
    expect(kinds.filter((kind) => !allowed.includes(kind))).toEqual([]);
  });

  test('K7 it asks for CPU and memory, memory is limited, and the heap of Node.js fits with 64 MiB to spare', () => {
    expect(at(container, 'resources.requests.cpu')).toMatch(/^\d+m$/);
    const limit = mebibytes(at(container, 'resources.limits.memory'));
    expect(mebibytes(at(container, 'resources.requests.memory'))).toBeLessThanOrEqual(limit);
    const options = list(at(container, 'env')).find((entry) => at(entry, 'name') === 'NODE_OPTIONS') ?? {};
    const heap = Number(/^--max-old-space-size=(\d+)$/.exec(String(at(options, 'value')))?.[1]);
    expect(heap).toBeGreaterThan(0);
    expect(heap + 64).toBeLessThanOrEqual(limit);
  });

  test('K8 its port has a name and is the one that it is told to listen on', () => {
    const port = PORTS[appOf(deployment)];
    expect(at(container, 'ports')).toEqual([{ name: 'http-metrics', containerPort: port, protocol: 'TCP' }]);
    expect(at(container, 'args')).toEqual([`--web.listen-address=:${port}`]);
  });

  test('K9 probes ask /-/healthy and /-/ready, which depend on no device, and never the metrics', () => {
    const asked = (probe: string): Json => at(container, `${probe}.httpGet`);
    expect(asked('startupProbe')).toEqual({ path: '/-/healthy', port: 'http-metrics' });
    expect(asked('livenessProbe')).toEqual({ path: '/-/healthy', port: 'http-metrics' });
    expect(asked('readinessProbe')).toEqual({ path: '/-/ready', port: 'http-metrics' });
  });

  test('K10 it is given longer to stop than it takes', () => {
    expect(Number(at(pod, 'terminationGracePeriodSeconds'))).toBeGreaterThan(STOP_SECONDS);
  });

  test('K11 secrets are files of a Secret that has to exist, and no ConfigMap holds one', () => {
    const variables = list(at(container, 'env'));
    const files = variables.filter((entry) => String(at(entry, 'name')).endsWith('_FILE'));
    const mount = list(at(container, 'volumeMounts')).find((entry) => at(entry, 'name') === 'secrets');
    expect(files.length > 0).toBe(appOf(deployment) !== 'kasa-graphite');
    expect(mount !== undefined).toBe(files.length > 0);
    for (const file of files)
      expect(at(file, 'value')).toMatch(new RegExp(`^${String(at(mount, 'mountPath'))}/[a-z-]+$`));
    const volume = list(at(pod, 'volumes')).find((entry) => at(entry, 'name') === 'secrets');
    if (mount !== undefined) {
      expect(at(volume, 'secret')).toEqual({ secretName: appOf(deployment), optional: false, defaultMode: 0o440 });
    }
    const plain = variables.filter((entry) => /PASSWORD|TOKEN|KEY|SECRET/.test(String(at(entry, 'name'))));
    expect(plain.filter((entry) => !files.includes(entry))).toEqual([]);
    const configMaps = manifests.filter(({ kind }) => kind === 'ConfigMap').map((map) => JSON.stringify(map['data']));
    for (const text of configMaps) expect(text).not.toMatch(/(password|token|secret|secret_key|access_key):/);
    expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('K13 it stays off the network of the host', () => {
    expect(JSON.stringify(pod)).not.toMatch(/hostNetwork|hostPort|hostPID|hostIPC|hostPath/);
  });

  test('K15 few old revisions are kept', () => {
    expect(at(deployment, 'spec.revisionHistoryLimit')).toBe(3);
  });
});
