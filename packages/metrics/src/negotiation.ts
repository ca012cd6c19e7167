import type { ExpositionFormat } from './family.ts';

/** One media range or coding of an Accept header with its weight. */
interface Preference {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 (never) to 1. */
  readonly q: number;
}

/** A header longer than this is not read further: its sender is no scraper. */
const MAX_HEADER_LENGTH = 4096;

/**
 * The exposition format a client likes best.
 *
 * OpenMetrics 1.0 is offered to those who name it (without a version, or as 1.0.0), text 0.0.4 to everybody else and
 * whenever nothing fits, as a scrape that fails over a header helps nobody. `escaping` needs no answer: all our names
 * are in the legacy character set.
 */
export function negotiateFormat(accept: string | undefined): ExpositionFormat {
  const preferences = parse(accept ?? '');
  let best: { format: ExpositionFormat; q: number } | undefined;
  for (const preference of preferences) {
    const format = formatOf(preference);
    if (format !== undefined && preference.q > (best?.q ?? 0)) best = { format, q: preference.q };
  }
  if (best !== undefined) return best.format;
  const isTextRefused = preferences.some((preference) => preference.q === 0 && formatOf(preference) === 'text');
  const isOpenMetricsRefused = preferences.some(({ name, q }) => q === 0 && name === 'application/openmetrics-text');
  return isTextRefused && !isOpenMetricsRefused ? 'openmetrics' : 'text';
}

/** Whether a client takes gzip, and does not like the plain form better. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const preferences = parse(acceptEncoding ?? '');
  const weightOf = (coding: string): number | undefined => preferences.find(({ name }) => name === coding)?.q;
  const gzip = weightOf('gzip') ?? weightOf('x-gzip') ?? weightOf('*') ?? 0;
  return gzip > 0 && gzip >= (weightOf('identity') ?? 0);
}

function formatOf({ name, parameters }: Preference): ExpositionFormat | undefined {
  if (name === 'application/openmetrics-text') {
    const version = parameters.get('version') ?? '1.0.0';
    return version === '1.0.0' ? 'openmetrics' : undefined;
  }
  return name === 'text/plain' || name === 'text/*' || name === '*/*' ? 'text' : undefined;
}

/** The preferences of a header in its order, what cannot be read left out. */
function parse(header: string): Preference[] {
  return header
    .slice(0, MAX_HEADER_LENGTH)
    .split(',')
    .map((item) => {
      const [name = '', ...rest] = item.split(';').map((part) => part.trim().toLowerCase());
      const parameters = new Map(rest.map((part) => parameterOf(part)));
      return { name, parameters, q: weight(parameters.get('q')) };
    })
    .filter(({ name }) => name !== '');
}

function parameterOf(part: string): [string, string] {
  const [name = '', value = ''] = part.split('=', 2);
  return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')];
}

function weight(q: string | undefined): number {
  const value = q === undefined ? 1 : Number(q);
  return value >= 0 && value <= 1 ? value : 0;
}
