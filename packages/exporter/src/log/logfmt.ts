/** A record that pino wrote, as one logfmt line: time, level and msg first, then the rest as it came. */
export function toLogfmt(json: string): string {
  const { time, level, msg, ...rest } = JSON.parse(json) as Record<string, unknown>;
  const pairs = Object.entries({ time, level, msg, ...rest }).filter(([, value]) => value !== undefined);
  return `${pairs.map(([key, value]) => `${cleanKey(key)}=${quoted(value)}`).join(' ')}\n`;
}

/** logfmt has no way to quote a key. */
function cleanKey(key: string): string {
  return key.replace(/[\s="]/g, '_');
}

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  // JSON's quoting escapes quotes, backslashes and line feeds, as every logfmt reader expects.
  return /^[^\s"=\\\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text);
}
