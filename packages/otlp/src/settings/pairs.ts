/**
 * The pairs of a list as in the header `Baggage` of W3C: `name=value,other=value`, values percent-encoded, properties
 * behind a `;` left out. What is no pair is skipped.
 */
export function pairsOf(list: string | undefined): Readonly<Record<string, string>> {
  const pairs = (list ?? '').split(',').map((item): readonly [string, string] => {
    const [pair = ''] = item.split(';');
    const equals = pair.indexOf('=');
    return equals < 0 ? ['', ''] : [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))];
  });
  return Object.fromEntries(pairs.filter(([name]) => name !== ''));
}

/** All of them, later ones over earlier ones, names regardless of case. */
export function merged(...records: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const byName = new Map<string, readonly [string, string]>();
  for (const pair of records.flatMap((record) => Object.entries(record))) byName.set(pair[0].toLowerCase(), pair);
  return Object.fromEntries(byName.values());
}

function decoded(text: string): string {
  const trimmed = text.trim();
  try {
    return decodeURIComponent(trimmed);
  } catch {
    return trimmed;
  }
}
