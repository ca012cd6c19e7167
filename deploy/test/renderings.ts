import { helmTemplate, kustomize, type Manifest } from './manifests.ts';

/** The apps, by the port that each of them is known for. */
export const PORTS: Readonly<Record<string, number>> = {
  'ecoflow-exporter': 9090,
  'infrahub-exporter': 8001,
  'kasa-graphite': 8091,
  'loxone-exporter': 9504,
  'tapo-exporter': 8090,
};

/** The apps, by name. */
export const APPS: readonly string[] = Object.keys(PORTS);

const EXAMPLES = 'helm/device-exporters/examples';

/** All that a user gets without writing anything: what to call it, and what makes it. */
export const RENDERINGS: readonly (readonly [string, () => Manifest[]])[] = [
  ...APPS.map((app) => [`kustomize base/${app}`, () => kustomize(`base/${app}`)] as const),
  ['kustomize overlays/example', () => kustomize('overlays/example')],
  ['helm examples/all.yaml', () => helmTemplate(['--values', `${EXAMPLES}/all.yaml`])],
  ['helm examples/loxone.yaml', () => helmTemplate(['--values', `${EXAMPLES}/loxone.yaml`])],
  ['helm examples/loxone.yaml, another release', () => helmTemplate(['--values', `${EXAMPLES}/loxone.yaml`], 'house')],
];

/** What discovery by broadcast is, with Kustomize and with Helm: the only pods on the network of the host. */
export const DISCOVERY: readonly (readonly [string, () => Manifest[]])[] = [
  ['kustomize', () => kustomize('overlays/discovery')],
  ['helm', () => helmTemplate(['--values', `${EXAMPLES}/discovery.yaml`])],
];

/** Pages over TLS and behind a login, with Kustomize and with Helm. */
export const PROTECTED: readonly (readonly [string, () => Manifest[]])[] = [
  ['kustomize overlays/tls', () => kustomize('overlays/tls')],
  ['helm examples/tls.yaml', () => helmTemplate(['--values', `${EXAMPLES}/tls.yaml`])],
];
