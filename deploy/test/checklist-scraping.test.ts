import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at, type Json, type Manifest } from './manifests.ts';
import { DEPLOY } from './programs.ts';
import { PORTS, RENDERINGS } from './renderings.ts';

/** What scraping, traffic and drained nodes ask of the objects around a workload; the numbers are those of the checklist. */

const seconds = (duration: Json): number => Number(/^(\d+)s$/.exec(String(duration))?.[1]);

/** How often an app reads its devices, as its example of a configuration has it; a Miniserver tells by itself. */
const REFRESH: Readonly<Record<string, string>> = {
  'ecoflow-exporter': 'collecting_interval',
  'infrahub-exporter': 'poll_interval_seconds',
  'kasa-graphite': 'poll_interval_seconds',
  'tapo-exporter': 'refresh_interval',
};

function refreshSeconds(app: string): number {
  const key = REFRESH[app];
  if (key === undefined) return 0;
  const example = readFileSync(join(DEPLOY, '../apps', app, 'config.example.yml'), 'utf8');
  const found = Number(new RegExp(`^ *${key}: (\\d+)`, 'm').exec(example)?.[1]);
  if (!(found > 0)) throw new Error(`${app} has no ${key}`);
  return found;
}

const cases = RENDERINGS.flatMap(([rendering, render]) => {
  const manifests = render();
  return manifests
    .filter(({ kind }) => kind === 'Deployment')
    .map((deployment) => [`${rendering}, ${deployment.metadata.name}`, deployment, manifests] as const);
});

describe.each(cases)('%s', (_, deployment, manifests) => {
  const app = String(at(deployment, 'metadata.labels.app\\.kubernetes\\.io/name'));
  const port = PORTS[app];
  const selector = at(deployment, 'spec.selector.matchLabels');
  const beside = (kind: string): Manifest => {
    const found = manifests.find(
      (manifest) => manifest.kind === kind && manifest.metadata.name === deployment.metadata.name,
    );
    if (found === undefined) throw new Error(`there is no ${kind}`);
    return found;
  };

  test('K16 the Service is a ClusterIP with a named port and leads to the pods', () => {
    const service = beside('Service');
    expect(service['spec']).toEqual({
      type: 'ClusterIP',
      ipFamilyPolicy: 'PreferDualStack',
      selector,
      ports: [{ name: 'http-metrics', port, targetPort: 'http-metrics', protocol: 'TCP' }],
    });
    expect(service.metadata.labels).toMatchObject(at(beside('ServiceMonitor'), 'spec.selector.matchLabels') as object);
  });

  test('K17 the ServiceMonitor scrapes the named port, and nothing else matches its selector', () => {
    const monitor = beside('ServiceMonitor');
    expect(at(monitor, 'spec.jobLabel')).toBe('app.kubernetes.io/name');
    const endpoints = at(monitor, 'spec.endpoints') as readonly Json[];
    expect(endpoints).toHaveLength(1);
    expect(endpoints[0]).toMatchObject({ port: 'http-metrics', path: '/metrics', scheme: 'http', honorLabels: false });
    expect(endpoints[0]).not.toHaveProperty('targetPort');
    expect(seconds(at(endpoints[0], 'scrapeTimeout'))).toBeLessThan(seconds(at(endpoints[0], 'interval')));
    expect(seconds(at(endpoints[0], 'interval'))).toBeGreaterThanOrEqual(refreshSeconds(app));
    const wanted = Object.entries(at(monitor, 'spec.selector.matchLabels') as object);
    const matching = manifests.filter(
      ({ kind, metadata }) => kind === 'Service' && wanted.every(([key, value]) => metadata.labels?.[key] === value),
    );
    expect(matching.map(({ metadata }) => metadata.name)).toEqual([deployment.metadata.name]);
  });

  test('K18 series, labels and their lengths are limited', () => {
    const { spec } = beside('ServiceMonitor');
    expect(Number(at(spec, 'sampleLimit'))).toBeGreaterThanOrEqual(5000);
    expect(Number(at(spec, 'labelLimit'))).toBeGreaterThanOrEqual(30);
    expect(Number(at(spec, 'labelValueLengthLimit'))).toBeGreaterThanOrEqual(1024);
  });

  test('K24 only the monitoring namespace may connect, and it may connect to DNS and its devices alone', () => {
    const { spec } = beside('NetworkPolicy');
    expect(at(spec, 'podSelector.matchLabels')).toEqual(selector);
    expect(at(spec, 'policyTypes')).toEqual(['Ingress', 'Egress']);
    expect(at(spec, 'ingress')).toEqual([
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
        ports: [{ protocol: 'TCP', port }],
      },
    ]);
    const [dns, ...rest] = at(spec, 'egress') as readonly Json[];
    expect(at(dns, 'to')).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } },
    ]);
    expect(at(dns, 'ports')).toEqual([
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ]);
    expect(rest.length).toBeGreaterThan(0);
    for (const rule of rest) {
      expect(at(rule, 'to.length'), 'a rule without an end leads anywhere').toBeGreaterThan(0);
      expect(at(rule, 'ports.length'), 'a rule without ports opens all of them').toBeGreaterThan(0);
    }
  });

  test('K25 the budget lets a node be drained', () => {
    expect(beside('PodDisruptionBudget')['spec']).toEqual({ maxUnavailable: 1, selector: { matchLabels: selector } });
  });
});
