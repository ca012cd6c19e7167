import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The root of the repository. */
export const ROOT = new URL('../../', import.meta.url);

export const COMPOSE_FILE = 'docker/compose.yml';

/** The forms of the specification that `docker/compose.yml` uses; the schema says that there are no others. */
export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, null>>;
}

/** A container of the composition. */
export interface Service {
  readonly image: string;
  readonly profiles: readonly string[];
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly args?: { readonly APP: string } };
  readonly command?: readonly string[];
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly network_mode?: string;
  readonly networks?: { readonly default: { readonly aliases: readonly string[] } };
  readonly depends_on?: Readonly<Record<string, object>>;
  readonly working_dir?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
}

/** The text of a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** A YAML file of the repository, aliases and merged keys resolved. */
export function yamlOf(path: string): unknown {
  return parse(textOf(path), { merge: true });
}

export function readCompose(): Compose {
  return yamlOf(COMPOSE_FILE) as Compose;
}

/** What a service mounts: `from` is a path beside the file, or the name of a volume. */
export function mountsOf(service: Service): { readonly from: string; readonly to: string; readonly mode: string }[] {
  return (service.volumes ?? []).map((mount) => {
    const [from = '', to = '', mode = 'rw'] = mount.split(':');
    return { from, to, mode };
  });
}

/** The ports that a service publishes. */
export function portsOf(
  service: Service,
): { readonly host: string; readonly published: number; readonly own: number }[] {
  return (service.ports ?? []).map((text) => {
    const [own, published, host = ''] = text.split(':').reverse();
    return { host, published: Number(published), own: Number(own) };
  });
}
