import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type FieldNode, Kind, type OperationDefinitionNode, parse, type SelectionNode } from 'graphql';

/** A file without a query that could be sent. */
export class QueryFileError extends Error {}

/** The query of a file. */
export interface SentQuery {
  readonly document: string;
  /** Whether it takes `$offset` and `$limit`, and so can be read page by page. */
  readonly isPaged: boolean;
  /** Root fields by the name that their answers have. Those that only a fragment names are not among them. */
  readonly roots: ReadonlyMap<string, RootField>;
}

/** A root field of a query. */
export interface RootField {
  /** Its own name: an alias is no kind. */
  readonly kind: string;
  /** Whether it takes the offset: one that does not comes with every page as a whole. */
  readonly isPaged: boolean;
}

/** @throws {QueryFileError} when it cannot be read, is no GraphQL, or is anything but a single query */
export async function readQueryFile(path: string): Promise<SentQuery> {
  const document = await textOf(path);
  const operations = operationsOf(document, path);
  const [operation] = operations;
  if (operation === undefined || operations.length > 1) {
    throw new QueryFileError(`${basename(path)}: expected one query, found ${operations.length}`);
  }
  if (operation.operation !== 'query') {
    throw new QueryFileError(`${basename(path)}: a ${operation.operation} is never sent, only queries are`);
  }
  const variables = new Set((operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value));
  const isPaged = variables.has('offset') && variables.has('limit');
  return { document, isPaged, roots: new Map(operation.selectionSet.selections.flatMap(rootOf)) };
}

function rootOf(selection: SelectionNode): (readonly [string, RootField])[] {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet.selections.flatMap(rootOf);
  if (selection.kind !== Kind.FIELD) return [];
  const { alias, name } = selection;
  return [[alias?.value ?? name.value, { kind: name.value, isPaged: takesOffset(selection) }]];
}

function takesOffset({ arguments: given = [] }: FieldNode): boolean {
  return given.some(({ value }) => value.kind === Kind.VARIABLE && value.name.value === 'offset');
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new QueryFileError(`cannot read ${path}`, { cause });
  }
}

function operationsOf(document: string, path: string): OperationDefinitionNode[] {
  try {
    return parse(document, { noLocation: true }).definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  } catch (cause) {
    throw new QueryFileError(`${basename(path)}: no GraphQL`, { cause });
  }
}
