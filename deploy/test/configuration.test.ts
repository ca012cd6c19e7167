import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { at, type Json, kustomize, type Manifest } from './manifests.ts';
import { DEPLOY } from './programs.ts';
import { APPS } from './renderings.ts';

/** The configuration of a pod, with its variables and its flags, is one that the app itself takes. */

// Those of Helm are the same, as same-objects.test.ts has it.
const FOLDERS = [...APPS.map((app) => `base/${app}`), 'overlays/discovery'];

const cases = FOLDERS.flatMap((folder) => {
  const manifests = kustomize(folder);
  return manifests
    .filter(({ kind }) => kind === 'Deployment')
    .map((deployment) => [`${folder}, ${deployment.metadata.name}`, deployment, manifests] as const);
});

test.each(cases)('%s: the app itself has nothing against its configuration', (_, deployment, manifests) => {
  const folder = mkdtempSync(join(tmpdir(), 'pod-'));
  try {
    const { code, said } = checkConfiguration(deployment, manifests, folder);
    expect(said).toContain('the configuration is valid');
    expect(code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Lays out the volumes of a pod in a folder and asks the app, started as in the pod, with `--config.check`. */
function checkConfiguration(
  deployment: Manifest,
  manifests: readonly Manifest[],
  folder: string,
): { readonly code: number | null; readonly said: string } {
  const pod = at(deployment, 'spec.template.spec');
  const container = at(pod, 'containers.0');
  const inFolder = (path: string): string => join(folder, path);
  const configMapName = at(pod, 'volumes.0.configMap.name');
  const configMap = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapName);
  mkdirSync(inFolder('config'), { recursive: true });
  for (const [name, text] of Object.entries((configMap?.['data'] ?? {}) as Record<string, string>)) {
    writeFileSync(inFolder(join('config', name)), text);
  }
  const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'] };
  for (const entry of at(container, 'env') as readonly Json[]) {
    const name = String(at(entry, 'name'));
    const value = String(at(entry, 'value'));
    env[name] = value.startsWith('/') ? inFolder(value) : value;
    if (!name.endsWith('_FILE')) continue;
    mkdirSync(inFolder(join(value, '..')), { recursive: true });
    writeFileSync(inFolder(value), 'secret\n');
  }
  const app = String(at(deployment, 'metadata.labels.app\\.kubernetes\\.io/name'));
  const main = join(DEPLOY, '../apps', app, 'src/main.ts');
  const args = [main, ...(at(container, 'args') as readonly string[]), '--config.check'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: inFolder('config'),
    env,
    encoding: 'utf8',
  });
  return { code: status, said: `${stdout}${stderr}` };
}
