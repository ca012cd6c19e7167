/** Numbers of this many digits may be beyond what a double holds exactly. */
const LONG_NUMBER = /\d{16}/;

/**
 * `JSON.parse` that loses no digit: whole numbers beyond 2^53, which Infrahub's BigInt allows, become a `bigint`.
 *
 * A reviver costs a call for every value, so only texts that have a long number pay for it.
 */
export function parseJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return (JSON.parse as ParseWithSource)(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
}

/** `JSON.stringify` that writes a `bigint` as the number that it is. */
export function stringifyJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? rawJson(one) : one));
}

/** So new that TypeScript does not know it. */
function rawJson(value: bigint): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(value));
}

/** The third argument of a reviver is newer than the type that TypeScript has for it. */
type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;
