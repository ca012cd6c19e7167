import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Json } from './manifests.ts';
import { output, run } from './programs.ts';
import { set } from './set-values.ts';

/** What the schema of the values refuses. */

const CHART = 'helm/device-exporters';

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
