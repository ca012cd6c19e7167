/** One line of an exposition. */
export interface PageLine {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a scrape has brought. */
export interface Page {
  readonly text: string;
  /** The series of this name that have these labels, among others, in the order of the page. */
  lines(name: string, labels?: Readonly<Record<string, string>>): PageLine[];
  /** The value of the first of them. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

const LINE = /^(?<name>[\w:]+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/s;
const LABEL = /(?<label>\w+)="(?<value>(?:[^"\\]|\\.)*)"/g;
const UNESCAPED: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' };

/** Reads an exposition in text format, without time stamps. */
export function readPage(text: string): Page {
  const all = text.split('\n').flatMap((line) => readLine(line) ?? []);
  const lines: Page['lines'] = (name, labels = {}) =>
    all.filter(
      (line) => line.name === name && Object.entries(labels).every(([key, value]) => line.labels[key] === value),
    );
  return { text, lines, value: (name, labels) => lines(name, labels)[0]?.value };
}

function readLine(line: string): PageLine | undefined {
  const { name, labels = '', value } = LINE.exec(line)?.groups ?? {};
  if (name === undefined || value === undefined) return undefined;
  const pairs = [...labels.matchAll(LABEL)].map(({ groups }) => [
    groups?.['label'] ?? '',
    (groups?.['value'] ?? '').replace(/\\[\\"n]/g, (escaped) => UNESCAPED[escaped] ?? escaped),
  ]);
  return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: numberOf(value) };
}

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
