import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Manifest } from './manifests.ts';
import { DEPLOY } from './programs.ts';
import { DISCOVERY, PROTECTED, RENDERINGS } from './renderings.ts';

/** The oldest Kubernetes that the README names knows every field: its types, which TypeScript holds literals to. */

/** The types of Kubernetes 1.25, by `apiVersion kind`. */
const MODULES: Readonly<Record<string, string>> = {
  'v1 ConfigMap': 'core/v1',
  'v1 Namespace': 'core/v1',
  'v1 PersistentVolumeClaim': 'core/v1',
  'v1 Service': 'core/v1',
  'v1 ServiceAccount': 'core/v1',
  'apps/v1 Deployment': 'apps/v1',
  'networking.k8s.io/v1 NetworkPolicy': 'networking/v1',
  'policy/v1 PodDisruptionBudget': 'policy/v1',
};

const require = createRequire(import.meta.url);

/** What TypeScript says of objects as literals of the types of Kubernetes; empty when there is nothing to say. */
function typeProblems(manifests: readonly Manifest[]): string {
  const cache = join(DEPLOY, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  // Below node_modules of this folder, from where the types are found.
  const folder = mkdtempSync(join(cache, 'oldest-'));
  try {
    const lines = manifests.map((manifest, index) => {
      const types = MODULES[`${manifest.apiVersion} ${manifest.kind}`];
      if (types === undefined) throw new Error(`there are no types for ${manifest.kind} of ${manifest.apiVersion}`);
      const type = `import('kubernetes-types/${types}').${manifest.kind}`;
      return `export const object${index}: ${type} = ${JSON.stringify(manifest)};`;
    });
    writeFileSync(join(folder, 'objects.ts'), lines.join('\n'));
    const options = { strict: true, noEmit: true, skipLibCheck: true, module: 'preserve', target: 'es2024', types: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['objects.ts'] }));
    const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
    return spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('K26 Kubernetes 1.25 knows every field of every object', () => {
  const manifests = [...RENDERINGS, ...DISCOVERY, ...PROTECTED].flatMap(([, render]) => render());
  const ofKubernetes = manifests.filter(({ apiVersion }) => !apiVersion.startsWith('monitoring.coreos.com/'));
  expect(ofKubernetes.length).toBeGreaterThan(50);
  expect(typeProblems(ofKubernetes)).toBe('');
});

test('a field that came later is named', () => {
  const metadata = { name: 'x' };
  // Native sidecars came with 1.28.
  const initContainers = [{ name: 'a', restartPolicy: 'Always' }];
  const template = { spec: { containers: [{ name: 'b' }], initContainers } };
  const spec = { selector: { matchLabels: {} }, template };
  expect(typeProblems([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }])).toMatch(
    /'"restartPolicy"' does not exist/,
  );
});
