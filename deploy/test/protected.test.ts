import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeCertificate } from '../../scripts/testing/web-files.ts';
import { at, helmTemplate, type Json, type Manifest, only } from './manifests.ts';
import { overlay } from './overlay.ts';
import { output, run } from './programs.ts';
import { ProtectedPod } from './protected-pod.ts';
import { PROTECTED } from './renderings.ts';
import { schemaProblems } from './schemas.ts';

/** K20: pages over TLS, behind a login, by running what the manifests say. */

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;
const TLS_ONLY = 'tls_server_config: { cert_file: tls.crt, key_file: tls.key }\n';
const EXAMPLE = ['--values', 'helm/device-exporters/examples/tls.yaml'];
const CHART = 'helm/device-exporters';

async function startPod(manifests: readonly Manifest[], webConfig?: string): Promise<ProtectedPod> {
  const pod = await ProtectedPod.start(manifests, webConfig);
  onTestFinished(() => pod.stop());
  return pod;
}

/** The objects of one app. */
function ofApp(manifests: readonly Manifest[], app: string): Manifest[] {
  return manifests.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === app);
}

describe.each(PROTECTED)('%s', (_, render) => {
  test.each(['loxone-exporter', 'tapo-exporter'])(
    'K20 %s is scraped as its ServiceMonitor says, by nobody else, and its probes succeed',
    async (app) => {
      const pod = await startPod(ofApp(render(), app));
      for (const probe of PROBES) expect(await pod.probe(probe), probe).toMatchObject({ status: 200 });
      const page = await pod.scrape();
      expect(page.status).toBe(200);
      expect(page.text).toContain('_build_info{');
      expect((await pod.scrape({ auth: 'prometheus:wrong' })).status).toBe(401);
      await expect(pod.askPlain('/metrics')).rejects.toThrow();
      await expect(pod.scrape({ servername: 'another' })).rejects.toThrow(/does not match certificate/);
      const folder = mkdtempSync(join(tmpdir(), 'another-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      await expect(pod.scrape({ ca: await writeCertificate(folder, 'device-exporters') })).rejects.toThrow(
        /certificate/,
      );
    },
  );

  test('K6 and K11 what protects the pages is in Secrets that have to exist, read only', () => {
    const deployments = render().filter(({ kind }) => kind === 'Deployment');
    expect(deployments.length).toBe(2);
    for (const deployment of deployments) {
      const pod = at(deployment, 'spec.template.spec');
      expect(at(pod, 'volumes')).toContainEqual({
        name: 'web',
        projected: {
          defaultMode: 0o440,
          sources: ['exporter-web', 'exporter-tls'].map((name) => ({ secret: { name, optional: false } })),
        },
      });
      expect(at(pod, 'containers.0.volumeMounts')).toContainEqual({
        name: 'web',
        mountPath: '/run/web',
        readOnly: true,
      });
    }
  });

  test('K24 the port of the probes is open to nobody but the node itself', () => {
    for (const policy of render().filter(({ kind }) => kind === 'NetworkPolicy')) {
      expect(JSON.stringify(at(policy, 'spec.ingress'))).not.toContain('8081');
    }
  });
});

test('K20 with TLS and no login, probes ask the port of the app over HTTPS', async () => {
  const off = ['--set', 'apps.loxone-exporter.web.healthPort=null', '--set', 'apps.tapo-exporter.enabled=false'];
  const manifests = helmTemplate([...EXAMPLE, ...off]);
  expect(await schemaProblems(manifests)).toEqual([]);
  const container = at(only(manifests, 'Deployment'), 'spec.template.spec.containers.0');
  for (const probe of PROBES) {
    expect(at(container, `${probe}.httpGet`)).toMatchObject({ port: 'http-metrics', scheme: 'HTTPS' });
  }
  expect(at(container, 'ports')).toHaveLength(1);
  const pod = await startPod(manifests, TLS_ONLY);
  for (const probe of PROBES) expect(await pod.probe(probe), probe).toMatchObject({ status: 200 });
  await expect(pod.askPlain('/-/ready')).rejects.toThrow();
});

test('the notes name the Secrets that protect the pages, and an address over TLS', () => {
  const notes = output('helm', ['install', 'device-exporters', CHART, '--dry-run=client', ...EXAMPLE]);
  expect(notes).toContain(
    'needs the Secret exporter-web with the key web.yml, and exporter-tls with tls.crt and tls.key.',
  );
  expect(notes).toContain('open https://localhost:9504');
});

test('a certificate that no web.yml would use is refused', () => {
  const args = [...EXAMPLE, '--set', 'apps.loxone-exporter.web.existingSecret='];
  const { code, err } = run('helm', ['template', 'x', CHART, ...args]);
  expect(code).not.toBe(0);
  expect(err).toMatch(/web\/existingSecret/);
});

test('K20 and K22 the list of targets is asked for as the pages are', async () => {
  const fromKustomize = overlay({
    namespace: 'device-exporters',
    resources: ['../base/infrahub-exporter'],
    components: ['../components/infrahub-targets', '../components/tls'],
  });
  const values = at(JSON.parse(JSON.stringify(only(fromKustomize, 'ServiceMonitor'))) as Json, 'spec.endpoints.0');
  const fromHelm = helmTemplate([
    '--set-json',
    `apps.infrahub-exporter=${JSON.stringify({
      enabled: true,
      config: { infrahub: { address: 'http://127.0.0.1' } },
      scrapeConfigs: [{ name: 'infrahub-devices', query: 'devices' }],
      web: { existingSecret: 'exporter-web', tlsSecret: 'exporter-tls' },
      serviceMonitor: { scheme: 'https', tlsConfig: at(values, 'tlsConfig'), basicAuth: at(values, 'basicAuth') },
    })}`,
  ]);
  for (const manifests of [fromKustomize, fromHelm]) {
    expect(await schemaProblems(manifests)).toEqual([]);
    expect(at(only(manifests, 'ScrapeConfig'), 'spec.httpSDConfigs')).toEqual([
      {
        url: 'https://infrahub-exporter.device-exporters.svc:8001/sd/devices',
        refreshInterval: '60s',
        tlsConfig: at(values, 'tlsConfig'),
        basicAuth: at(values, 'basicAuth'),
      },
    ]);
  }
});
