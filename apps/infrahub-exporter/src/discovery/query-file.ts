import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Kind, type OperationDefinitionNode, parse } from 'graphql';

/** A file without a query that could be sent. */
export class QueryFileError extends Error {}

/** The query of a file. */
export interface SentQuery {
  readonly document: string;
  /** Whether it takes `$offset` and `$limit`, and so can be read page by page. */
  readonly isPaged: boolean;
  /** Kind of each root field by the name that its answer has: aliases are no kinds. */
  readonly kinds: ReadonlyMap<string, string>;
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
  const roots = operation.selectionSet.selections.flatMap((field) =>
    field.kind === Kind.FIELD ? [[field.alias?.value ?? field.name.value, field.name.value] as const] : [],
  );
  return { document, isPaged: variables.has('offset') && variables.has('limit'), kinds: new Map(roots) };
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
