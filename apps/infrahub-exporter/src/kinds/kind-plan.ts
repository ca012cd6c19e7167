import type { KindConfig } from '../config.ts';

/** Kinds that cannot be exported as they are listed. */
export class InvalidKindError extends Error {}

/** A set of a kind's nodes, and what is asked of them. */
export interface NodeSet {
  readonly include: readonly string[];
  /** All of them must be met. */
  readonly filters: Readonly<Record<string, unknown>>;
}

/** A kind to export. */
export interface KindPlan {
  readonly kind: string;
  /** `infrahub_dcimdevice_info`. */
  readonly metricName: string;
  /** `id`, `hfid`, then every include. */
  readonly labels: readonly string[];
  /** The nodes are those of all sets together. */
  readonly sets: readonly NodeSet[];
}

const OWN_LABELS = ['id', 'hfid'];
const KIND_NAME = /^[A-Za-z][A-Za-z0-9]*$/;
const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Brings the listed kinds together: one that is listed twice is one kind, of both sets of nodes and all includes.
 *
 * @throws {InvalidKindError}
 */
export function mergeKinds(listed: readonly KindConfig[]): KindPlan[] {
  const plans = new Map<string, KindPlan>();
  const kindsOfMetrics = new Map<string, string>();
  for (const entry of listed) {
    const { kind, include } = entry;
    if (!KIND_NAME.test(kind)) throw new InvalidKindError(`not a kind: ${kind}`);
    checkIncludes(include);
    const metricName = `infrahub_${kind.toLowerCase()}_info`;
    const other = kindsOfMetrics.get(metricName);
    if (other !== undefined && other !== kind) {
      throw new InvalidKindError(`${kind} and ${other} would both be ${metricName}`);
    }
    kindsOfMetrics.set(metricName, kind);
    const known = plans.get(kind);
    const set: NodeSet = { include, filters: Object.assign({}, ...entry.filters) as NodeSet['filters'] };
    plans.set(kind, {
      kind,
      metricName,
      labels: [...new Set([...(known?.labels ?? OWN_LABELS), ...include])],
      sets: [...(known?.sets ?? []), set],
    });
  }
  return [...plans.values()];
}

/** Labels of one name would make the whole page invalid. */
function checkIncludes(include: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of include) {
    if (OWN_LABELS.includes(name)) throw new InvalidKindError(`include: ${name} is a label of every node already`);
    if (seen.has(name)) throw new InvalidKindError(`include: ${name} is listed twice`);
    if (!FIELD_NAME.test(name) || name.startsWith('__'))
      throw new InvalidKindError(`include: not a name of a field: ${name}`);
    seen.add(name);
  }
}
