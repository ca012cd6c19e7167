import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, type Json, type Manifest } from './manifests.ts';
import { DEPLOY } from './programs.ts';

/** How to start here what a Deployment would start in its pod. */
export interface Pod {
  /** The app and the arguments of the container. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where the image looks for config.yml. */
  readonly cwd: string;
}

/**
 * Lays out the volumes of a pod in a folder, which stands for the root of its container: the ConfigMap among the manifests,
 * a word in every file of a Secret that a variable names, and a projected volume as it is given.
 *
 * @param projected files of the projected volume, by name
 */
export function layOutPod(
  deployment: Manifest,
  manifests: readonly Manifest[],
  folder: string,
  projected: Readonly<Record<string, string>> = {},
): Pod {
  const pod = at(deployment, 'spec.template.spec');
  const container = at(pod, 'containers.0');
  const inFolder = (path: string): string => join(folder, path);
  for (const mount of at(container, 'volumeMounts') as readonly Json[]) {
    const place = inFolder(String(at(mount, 'mountPath')));
    mkdirSync(place, { recursive: true });
    for (const [name, text] of Object.entries(filesOf(volumeOf(pod, mount), manifests, projected))) {
      writeFileSync(join(place, name), text);
    }
  }
  const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'] };
  for (const entry of at(container, 'env') as readonly Json[]) {
    const name = String(at(entry, 'name'));
    const value = String(at(entry, 'value'));
    env[name] = value.startsWith('/') ? inFolder(value) : value;
    if (name.endsWith('_FILE')) writeFileSync(inFolder(value), 'secret\n');
  }
  const app = String(at(deployment, 'metadata.labels.app\\.kubernetes\\.io/name'));
  const given = (at(container, 'args') as readonly string[]).map((arg) =>
    arg.replace(/(?<==)\/.*/, (path) => inFolder(path)),
  );
  return { args: [join(DEPLOY, '../apps', app, 'src/main.ts'), ...given], env, cwd: inFolder('config') };
}

function volumeOf(pod: Json, mount: Json): Json {
  const volume = (at(pod, 'volumes') as readonly Json[]).find((one) => at(one, 'name') === at(mount, 'name'));
  if (volume === undefined) throw new Error(`there is no volume for ${JSON.stringify(mount)}`);
  return volume;
}

function filesOf(
  volume: Json,
  manifests: readonly Manifest[],
  projected: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (at(volume, 'projected') !== undefined) return projected;
  const name = at(volume, 'configMap.name');
  const map = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  return (map?.['data'] ?? {}) as Record<string, string>;
}
