/**
 * The part of a sample line that never changes, `name{label="value",…} `, and the way back to the label values.
 *
 * Escaping is that of text format 0.0.4 and OpenMetrics 1.0, which agree: backslash, double quote and line feed in
 * label values, backslash and line feed in HELP.
 */

/** Escapes a HELP text. */
export function escapeHelp(help: string): string {
  return help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
}

/** Escapes a label value. */
function escapeLabelValue(value: string): string {
  if (!/["\\\n]/.test(value)) return value;
  return escapeHelp(value).replace(/"/g, '\\"');
}

/**
 * What stands before a sample's value, the blank included, labels in the order of their declaration.
 *
 * @param name name of the sample
 * @param labelNames declared label names
 * @param labelValues one value for each name, in the same order
 */
export function seriesPrefix(name: string, labelNames: readonly string[], labelValues: readonly string[]): string {
  if (labelNames.length === 0) return `${name} `;
  const pairs = labelNames.map((label, index) => `${label}="${escapeLabelValue(labelValues[index] ?? '')}"`);
  // A lone half of a surrogate pair becomes U+FFFD in UTF-8; two series must not meet there unnoticed.
  return `${name}{${pairs.join(',')}} `.toWellFormed();
}

/** The label values of a {@link seriesPrefix}, in the same order. */
export function labelValuesOf(prefix: string): string[] {
  return Array.from(prefix.matchAll(/="((?:[^"\\]|\\.)*)"/gs), ([, value = '']) => unescaped(value));
}

function unescaped(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replace(/\\(.)/gs, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}
