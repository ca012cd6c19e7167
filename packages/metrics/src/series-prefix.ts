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
export function escapeLabelValue(value: string): string {
  return escapeHelp(value).replace(/"/g, '\\"');
}

/**
 * The bytes before a sample's value, the blank included, labels in the order of their declaration.
 *
 * @param name name of the sample
 * @param labelNames declared label names
 * @param labelValues one value for each name, in the same order
 */
export function encodePrefix(name: string, labelNames: readonly string[], labelValues: readonly string[]): Uint8Array {
  if (labelNames.length === 0) return Buffer.from(`${name} `);
  const pairs = labelNames.map((label, index) => `${label}="${escapeLabelValue(labelValues[index] ?? '')}"`);
  return Buffer.from(`${name}{${pairs.join(',')}} `);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_N = 0x6e;

/** The label values of a prefix made by {@link encodePrefix}, in the same order. */
export function decodeLabelValues(prefix: Uint8Array): string[] {
  const values: string[] = [];
  const text = Buffer.from(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  for (let open = text.indexOf(QUOTE); open !== -1; ) {
    const close = closingQuote(text, open + 1);
    values.push(unescaped(text.toString('utf8', open + 1, close)));
    open = text.indexOf(QUOTE, close + 1);
  }
  return values;
}

function closingQuote(text: Uint8Array, from: number): number {
  let at = from;
  while (text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}

function unescaped(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replace(/\\(.)/g, (_, escaped: string) => (escaped.charCodeAt(0) === LETTER_N ? '\n' : escaped));
}
