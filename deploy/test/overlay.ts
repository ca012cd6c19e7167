import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { type Json, kustomize, type Manifest } from './manifests.ts';
import { DEPLOY } from './programs.ts';

/** What `kubectl kustomize` makes of an overlay that a user could write; its paths are relative to `deploy/kustomize/<folder>`. */
export function overlay(
  kustomization: Readonly<Record<string, Json>>,
  files: Readonly<Record<string, string>> = {},
): Manifest[] {
  const folder = mkdtempSync(join(DEPLOY, 'kustomize', '.overlay-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const header = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
    writeFileSync(join(folder, 'kustomization.yaml'), stringify({ ...header, ...kustomization }));
    return kustomize(relative(join(DEPLOY, 'kustomize'), folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
