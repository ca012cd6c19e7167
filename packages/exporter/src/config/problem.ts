/** Something wrong with the configuration, said so that its author finds the place. */
export interface Problem {
  /** `config.yml:12`, `environment`, `command line`. */
  readonly source: string;
  /** Key path, variable or flag. */
  readonly key: string;
  /** What was found and what was expected. Never a secret. */
  readonly message: string;
}

/** One line for one problem. */
export function problemLine({ source, key, message }: Problem): string {
  return [source, key, message].filter((part) => part !== '').join(': ');
}

/** The configuration cannot be used; every problem is in it. */
export class ConfigurationError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemLine).join('\n'));
    this.problems = problems;
  }
}

/** What stands in the place of a section, without its content: some keys of sections are secrets. */
export function kindOf(raw: unknown): string {
  if (Array.isArray(raw)) return 'a list';
  if (typeof raw === 'object' && raw !== null) return 'a section';
  return typeof raw === 'string' ? 'text' : `a ${typeof raw}`;
}

/** How a found value is shown: short, on one line. */
export function shown(raw: unknown): string {
  const text = typeof raw === 'string' ? JSON.stringify(raw) : (JSON.stringify(raw) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
