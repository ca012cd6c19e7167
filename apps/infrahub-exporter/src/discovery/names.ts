import { basename } from 'node:path';

/** What of a query decides about its names. */
export interface Named {
  readonly name: string | null;
  readonly file_path: string;
  readonly endpoint_path: string | null;
}

/** The name of a query: what it is given, else the stem of its file, which ends at the first dot. */
export function nameOf({ name, file_path }: Pick<Named, 'name' | 'file_path'>): string {
  return name || (basename(file_path).split('.')[0] ?? '');
}

/** What a query answers to behind `/sd/` whatever the others are called: its name, and its own path if it has one. */
export function ownNamesOf(query: Named): string[] {
  const path = (query.endpoint_path ?? '').replace(/^\/+|\/+$/g, '').replace(/^sd\//, '');
  return [...new Set([nameOf(query), path].filter((name) => name !== ''))];
}

/** Which query answers to which name; a file's stem is one too, where it means a single query. */
export function queriesByName<Q extends Named>(queries: readonly Q[]): ReadonlyMap<string, Q> {
  const stems = Map.groupBy(queries, ({ file_path }) => nameOf({ name: null, file_path }));
  const aliases = [...stems].flatMap(([stem, [first, ...others]]) =>
    first !== undefined && others.length === 0 ? [[stem, first] as const] : [],
  );
  return new Map([...aliases, ...queries.flatMap((query) => ownNamesOf(query).map((name) => [name, query] as const))]);
}
