/**
 * Tables for an app's README, made from its schema and its families, so that they cannot say anything else than the code.
 */
import { collectProcessMetrics, SeriesRegistry } from '@device-exporters/metrics';
import { COMMON_FLAGS, type Flag } from './cli/common-flags.ts';
import { flagsOf } from './config/flag-layer.ts';
import { expectedOf } from './config/formats.ts';
import { isSecret, isSectionList, isSetting, namesOfEnv, type Schema, type Setting } from './config/schema.ts';
import { declareProgramMetrics } from './life/program-metrics.ts';

/** Key, meaning, what it takes, default and variable of every setting. */
export function settingsTable(schema: Schema): string {
  return table(['key', 'meaning', 'takes', 'default', 'variable'], settingRows(schema, ''));
}

/**
 * Name, type, labels and HELP of every family of an app, then of those that all apps have.
 *
 * @param prefix of the metrics of the program itself
 * @param declare declares the app's own
 */
export function metricsTable(prefix: string, declare: (registry: SeriesRegistry) => void): string {
  const registry = new SeriesRegistry();
  declare(registry);
  declareProgramMetrics(registry, prefix, { version: '', commit: '', date: '' });
  collectProcessMetrics(registry);
  const rows = registry.families().map(({ name, type, labelNames, help }) => {
    return [code(name), type, labelNames.map(code).join(' '), help];
  });
  return table(['metric', 'type', 'labels', 'meaning'], rows);
}

/** The flags of an app: those that its settings name, and those that every app has. */
export function flagsTable(schema: Schema): string {
  const own: Flag[] = flagsOf(schema).map(({ flag, doc }) => ({ name: flag, value: 'VALUE', doc }));
  const rows = [...own, ...COMMON_FLAGS].map(({ name, value, short, aliases = [], doc }: Flag) => {
    const others = [...aliases.map((alias) => `--${alias}`), ...(short === undefined ? [] : [`-${short}`])];
    return [[`--${name}${value === undefined ? '' : ` ${value}`}`, ...others].map(code).join(', '), doc];
  });
  return table(['flag', 'meaning'], rows);
}

/** A text with what stands between `<!-- name:begin -->` and `<!-- name:end -->` replaced. @throws when they are missing */
export function replaceSection(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the text has no section between ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

function settingRows(schema: Schema, prefix: string): string[][] {
  return Object.entries(schema).flatMap(([key, entry]) => {
    const path = `${prefix}${key}`;
    if (isSetting(entry)) return [settingRow(path, entry)];
    if (!isSectionList(entry)) return settingRows(entry, `${path}.`);
    return [
      [code(path), entry.doc, 'a list of sections', '', entry.env === undefined ? '' : code(entry.env)],
      ...settingRows(entry.items, `${path}[].`),
    ];
  });
}

function settingRow(path: string, setting: Setting): string[] {
  const { doc, envPrefix, required } = setting;
  const twin = isSecret(setting) ? `, \`${path}_file\`` : '';
  const variables = namesOfEnv(setting).flatMap((name) => (isSecret(setting) ? [name, `${name}_FILE`] : [name]));
  if (envPrefix !== undefined) variables.push(`${envPrefix}<NAME>`, `${envPrefix}<NAME>_FILE`);
  return [
    `${code(path)}${twin}`,
    doc,
    expectedOf(setting),
    required ? 'required' : defaultText(setting.default),
    variables.map(code).join(', '),
  ];
}

function defaultText(value: unknown): string {
  return value === null ? '' : code(typeof value === 'string' ? value : JSON.stringify(value));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
