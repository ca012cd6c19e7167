import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { HASH, LOGIN, writeCertificate } from '../../scripts/testing/web-files.ts';
import { at, helmTemplate, kustomize, type Manifest, only, parseManifests } from './manifests.ts';
import { DEPLOY, shell } from './programs.ts';
import { ProtectedPod } from './protected-pod.ts';
import { schemaProblems } from './schemas.ts';

/** The commands of the README, run as they are typed, as far as one comes without a cluster. */

const text = readFileSync(join(DEPLOY, 'README.md'), 'utf8');
const commands = [...text.matchAll(/^ *```sh\n(.*?)^ *```/gms)]
  .flatMap(([, block]) => (block ?? '').replaceAll(/\\\n\s*/g, '').split('\n'))
  .map((command) => command.trim())
  .filter((command) => command !== '');

// A checkout with the password that the README speaks of.
const root = mkdtempSync(join(tmpdir(), 'readme-'));
for (const folder of ['helm', 'kustomize'])
  cpSync(join(DEPLOY, folder), join(root, 'deploy', folder), { recursive: true });
writeFileSync(join(root, 'loxone-password'), 'secret\n');
afterAll(() => rmSync(root, { recursive: true }));

function commandWith(...words: readonly string[]): string {
  const [command, ...more] = commands.filter((candidate) => words.every((word) => candidate.includes(word)));
  if (command === undefined || more.length > 0) throw new Error(`not one command with ${words.join(' ')}`);
  return command;
}

function manifestsOf(command: string): Manifest[] {
  const { out, err, code } = shell(command, root);
  if (code !== 0) throw new Error(`${command}: ${err}`);
  return parseManifests(out);
}

describe('the three commands', () => {
  const install = commandWith('helm install').replace('helm install', 'helm template');

  test('the first makes the namespace', async () => {
    const manifests = manifestsOf(`${commandWith('create namespace')} --dry-run=client --output=yaml`);
    expect(only(manifests, 'Namespace').metadata.name).toBe('device-exporters');
  });

  test('the second makes the Secret that the pod mounts, with the key that its variable names', () => {
    const secret = only(
      manifestsOf(`${commandWith('create secret', 'loxone-exporter')} --dry-run=client --output=yaml`),
      'Secret',
    );
    const deployment = only(manifestsOf(install), 'Deployment');
    const pod = at(deployment, 'spec.template.spec');
    expect(at(pod, 'volumes.1.secret.secretName')).toBe(secret.metadata.name);
    expect(secret.metadata.namespace).toBe(deployment.metadata.namespace);
    const [key = ''] = Object.keys(secret['data'] as object);
    expect(at(pod, 'containers.0.env')).toContainEqual({
      name: 'LOXONE_PASSWORD_FILE',
      value: `/run/secrets/loxone-exporter/${key}`,
    });
  });

  test('the third makes valid objects of the app, with the image and the configuration that it names', async () => {
    const manifests = manifestsOf(install);
    expect(await schemaProblems(manifests)).toEqual([]);
    const image = at(only(manifests, 'Deployment'), 'spec.template.spec.containers.0.image');
    expect(image).toBe('registry.example.org/loxone-exporter:0.1.0');
    const [config] = parseManifests(String(at(only(manifests, 'ConfigMap'), 'data.config\\.yml')));
    expect(config).toEqual({ miniservers: [{ host: '192.0.2.10', username: 'prometheus' }] });
  });
});

test('the command for Kustomize names a folder that has all apps', () => {
  const manifests = manifestsOf(commandWith('apply --kustomize').replace('apply --kustomize', 'kustomize'));
  expect(manifests).toEqual(kustomize('overlays/example'));
});

test('the command for Helm names values that have all apps', () => {
  const manifests = manifestsOf(
    commandWith('helm upgrade', 'all.yaml')
      .replace('helm upgrade --install', 'helm template')
      .replace('--create-namespace', ''),
  );
  expect(manifests).toEqual(helmTemplate(['--values', 'helm/device-exporters/examples/all.yaml']));
});

describe('TLS and a login', () => {
  const secretNamed = (name: string) =>
    only(
      manifestsOf(
        `${commandWith('create secret', name).replace('$PASSWORD', LOGIN.password)} --dry-run=client --output=yaml`,
      ),
      'Secret',
    );
  const textOf = (secret: Manifest, key: string): string =>
    Buffer.from(String(at(secret, `data.${key.replaceAll('.', '\\.')}`)), 'base64').toString();

  test('K20 the Secrets that the commands make protect what the overlay and the values run', async () => {
    const [, script = ''] = /(cat >web\.yml <<'EOF'\n.*?\nEOF\n)/s.exec(text) ?? [];
    expect(shell(script.replace('$2y$10$...', HASH), root).code).toBe(0);
    await writeCertificate(root, 'device-exporters');
    copyFileSync(join(root, 'tls.crt'), join(root, 'ca.crt'));
    const web = textOf(secretNamed('exporter-web'), 'web.yml');
    const tls = secretNamed('exporter-tls');
    const login = secretNamed('exporter-login');
    const kustomized = manifestsOf(
      /`kubectl apply --kustomize (\S+tls)`/
        .exec(text)?.[0]
        .replaceAll('`', '')
        .replace('apply --kustomize', 'kustomize') ?? '',
    );
    const templated = manifestsOf(
      commandWith('helm upgrade', 'tls.yaml').replace('helm upgrade --install', 'helm template'),
    );
    for (const manifests of [kustomized, templated]) {
      const loxone = manifests.filter(
        ({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === 'loxone-exporter',
      );
      for (const secret of [login, tls]) {
        expect(JSON.stringify(only(loxone, 'ServiceMonitor'))).toContain(`"name":"${secret.metadata.name}"`);
        expect(secret.metadata.namespace).toBe(only(loxone, 'ServiceMonitor').metadata.namespace);
      }
      const secrets = { username: textOf(login, 'username'), password: textOf(login, 'password') };
      expect(secrets).toEqual(LOGIN);
      const pod = await ProtectedPod.start(loxone, web);
      onTestFinished(() => pod.stop());
      expect((await pod.scrape()).status).toBe(200);
      expect((await pod.scrape({ auth: 'prometheus:wrong' })).status).toBe(401);
    }
    expect(Object.keys(tls['data'] as object).toSorted()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  });
});

test.each(['rollout status', 'port-forward', 'get prometheus'])('kubectl understands the command with %s', (words) => {
  // Nothing listens there: what comes as far as that was understood.
  const { err, code } = shell(`${commandWith(words)} --server=http://127.0.0.1:1`, root);
  expect(err).toMatch(/connection refused|was refused/);
  expect(code).not.toBe(0);
});

test('what the commands look at is there', () => {
  const manifests = manifestsOf(commandWith('helm install').replace('helm install', 'helm template'));
  const port = at(only(manifests, 'Service'), 'spec.ports.0.port');
  expect(commandWith('rollout status')).toContain(`deployment/${only(manifests, 'Deployment').metadata.name}`);
  expect(commandWith('port-forward')).toContain(`service/${only(manifests, 'Service').metadata.name} ${String(port)}`);
});

test('every link within the repository leads somewhere', () => {
  const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target ?? '');
  expect(targets.length).toBeGreaterThan(5);
  expect(targets.filter((target) => !existsSync(join(DEPLOY, target)))).toEqual([]);
});
