import { TYPED_METRICS, typedName } from '../metrics.ts';
import { FAMILY_NAMES, type FamilyName, familyOf } from './families.ts';
import type { Rule } from './rule.ts';

/** Shows a factor, where there is one, and a change of sign. */
const SAMPLE = 1_000;

/** @public For `pnpm docs:tables`. The tables of MAPPING.md: what of which family becomes which typed metric. Families with the same rules share one. */
export function mappingDocument(): string {
  const groups = new Map<readonly Rule[], FamilyName[]>();
  for (const name of FAMILY_NAMES) {
    const { rules } = familyOf(name);
    groups.set(rules, [...(groups.get(rules) ?? []), name]);
  }
  return [...groups].map(([rules, names]) => [`## ${names.join(', ')}`, '', tableOf(rules), ''].join('\n')).join('\n');
}

function tableOf(rules: readonly Rule[]): string {
  const inOrder = TYPED_METRICS.flatMap((metric) => rules.filter((rule) => rule.metric === metric));
  const rows = inOrder.map(({ metric, label, keys, convert }) => {
    const [name, value] = label ?? [];
    const labels = name === undefined ? '' : `\`${name}="${value}"\``;
    return `| \`${typedName(metric)}\` | ${labels} | ${keys.map((key) => `\`${key}\``).join(', else ')} | ${shown(convert(SAMPLE))} |`;
  });
  return ['| metric | label | key on the wire | 1000 there is |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function shown(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : 'nothing';
}
