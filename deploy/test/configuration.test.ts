import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kustomize } from './manifests.ts';
import { layOutPod } from './pod.ts';
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
    const { args, env, cwd } = layOutPod(deployment, manifests, folder);
    const ended = spawnSync(process.execPath, [...args, '--config.check'], { env, cwd, encoding: 'utf8' });
    expect(`${ended.stdout}${ended.stderr}`).toContain('the configuration is valid');
    expect(ended.status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
