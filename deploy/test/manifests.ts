import { parseAllDocuments } from 'yaml';
import { output } from './programs.ts';

/** Whatever YAML can say. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** A Kubernetes object, as it would be sent to a cluster. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: Json;
}

/** The objects of a YAML stream; empty documents are left out. Throws on a key that is there twice. YAML 1.1, as Kubernetes reads it: 0440 is octal. */
export function parseManifests(yaml: string): Manifest[] {
  return [...parseAllDocuments(yaml, { uniqueKeys: true, version: '1.1' })].flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const manifest: Manifest | null = document.toJS();
    return manifest === null ? [] : [manifest];
  });
}

/** What `kubectl kustomize` makes of a folder, relative to `deploy/kustomize`. */
export function kustomize(folder: string): Manifest[] {
  return parseManifests(output('kubectl', ['kustomize', `kustomize/${folder}`]));
}

/** What `helm template` makes of the chart. */
export function helmTemplate(args: readonly string[], release = 'device-exporters'): Manifest[] {
  return parseManifests(
    output('helm', ['template', release, 'helm/device-exporters', '--namespace', 'device-exporters', ...args]),
  );
}

/** The value at a path such as `spec.template.spec.containers.0.image`; undefined where it leads nowhere. Dots in keys are `\\.`. */
export function at(value: Json, path: string): Json {
  let here: unknown = value;
  for (const key of path.split(/(?<!\\)\./)) {
    if (here === null || typeof here !== 'object') return undefined;
    here = Reflect.get(here, key.replaceAll('\\.', '.'));
  }
  return here as Json;
}

/** The only object of a kind. */
export function only(manifests: readonly Manifest[], kind: string): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} objects of the kind ${kind}, not one`);
  return first;
}
