import type { QueryConfig } from '../config.ts';
import type { RawNode } from '../infrahub/connection.ts';
import { labelValueOf, sortedList } from '../infrahub/label-value.ts';
import { type FieldPaths, parsePaths, textsAt, valuesAt } from './field-path.ts';
import { labelNameOf } from './label-names.ts';
import { targetOf } from './target.ts';

/** One group of Prometheus' HTTP service discovery: a node. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Makes a group of a node; undefined when it has no usable target. */
export type ToGroup = (node: RawNode, kind: string) => TargetGroup | undefined;

/** How the configuration wants nodes to become targets. @throws {InvalidPathError} */
export function groupMaker(config: QueryConfig): ToGroup {
  const optional = (path: string | null): FieldPaths => (path === null ? [] : parsePaths(path));
  const target = [config.target_field, ...config.target_fallbacks].flatMap(parsePaths);
  const [port, scheme, path] = [config.port_field, config.scheme_field, config.metrics_path_field].map(optional);
  const mapped = Object.entries(config.label_mappings).map(
    ([name, one]) => [labelNameOf(name), parsePaths(one)] as const,
  );

  /** Of the first path that leads to something usable; with several ports, each of them. */
  const targetsOf = (node: RawNode): string[] => {
    const found = valuesAt(port ?? [], node);
    const ports = found.length === 0 ? [''] : found;
    for (const path of target) {
      const targets = textsAt(path, node).flatMap((value) =>
        ports.flatMap((one) => targetOf(value, one, config.default_port) ?? []),
      );
      if (targets.length > 0) return targets;
    }
    return [];
  };
  return (node, kind) => {
    const targets = targetsOf(node);
    if (targets.length === 0) return undefined;
    const labels: [string, string][] = [
      ['__meta_infrahub_id', labelValueOf(node['id'])],
      ['__meta_infrahub_kind', kind],
      ['__scheme__', schemeOf(valuesAt(scheme ?? [], node)[0])],
      ['__metrics_path__', metricsPathOf(valuesAt(path ?? [], node)[0])],
      ...mapped.map(([name, paths]): [string, string] => [name, sortedList(valuesAt(paths, node))]),
    ];
    // To Prometheus an empty label is none.
    return { targets: [...new Set(targets)], labels: Object.fromEntries(labels.filter(([, value]) => value !== '')) };
  };
}

/** Prometheus knows two schemes, and gives up a target with another one. */
function schemeOf(value = ''): string {
  const scheme = value.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : '';
}

function metricsPathOf(value = ''): string {
  return value === '' || value.startsWith('/') ? value : `/${value}`;
}
