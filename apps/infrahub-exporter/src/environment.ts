import type { Environment } from '@device-exporters/exporter';

/** What every variable of this program begins with. */
export const PREFIX = 'INFRAHUB_SIDECAR_';

/**
 * The environment as the original understands it: names in any case, and sections as JSON in one variable,
 * `INFRAHUB_SIDECAR_INFRAHUB={"token":"…"}`. A variable of a single key counts before its section's.
 */
export function originalSpellings(environment: Environment): Environment {
  const own = Object.entries(environment).filter(([name]) => name.toUpperCase().startsWith(PREFIX));
  const others = Object.entries(environment).filter(([name]) => !name.toUpperCase().startsWith(PREFIX));
  const parts = own.flatMap(([name, text = '']) => [...flattened(name.toUpperCase(), sectionOf(text) ?? text)]);
  // The longest names first: who names a single key means exactly that.
  const byDepth = parts.toSorted((a, b) => a.depth - b.depth || 0);
  return { ...Object.fromEntries(others), ...Object.fromEntries(byDepth.toReversed().map((p) => [p.name, p.text])) };
}

interface Part {
  readonly name: string;
  readonly text: string;
  /** How deep inside a JSON text it stood. */
  readonly depth: number;
}

function* flattened(name: string, value: unknown, depth = 0): Generator<Part> {
  if (!isSection(value)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (value !== null) yield { name, text, depth };
    return;
  }
  for (const [key, inner] of Object.entries(value)) yield* flattened(`${name}__${key.toUpperCase()}`, inner, depth + 1);
}

/** Only what is a JSON object; a list stays as it is written. */
function sectionOf(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
