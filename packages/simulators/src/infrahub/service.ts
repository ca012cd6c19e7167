import { type GraphQLSchema, graphql } from 'graphql';
import type { InfrahubFault } from './faults.ts';
import { type KindModel, kindOf } from './model.ts';
import { rootOf } from './resolve.ts';
import { restKind, restSchemaOf, schemaSummaryOf } from './rest-schema.ts';
import { schemaOf } from './sdl.ts';
import type { BranchStore } from './store.ts';

/** An answer before it is written. */
export interface ServiceAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A GraphQL request's body. */
export interface GraphqlBody {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

/** What Infrahub knows: its schema and its branches. Answers as the real one does, errors included. */
export class InfrahubService {
  readonly branches: ReadonlyMap<string, BranchStore>;
  #kinds: readonly KindModel[];
  #schema: GraphQLSchema;

  constructor(kinds: readonly KindModel[], branches: ReadonlyMap<string, BranchStore>) {
    this.branches = branches;
    this.#kinds = kinds;
    this.#schema = schemaOf(kinds);
  }

  get kinds(): readonly KindModel[] {
    return this.#kinds;
  }

  changeSchema(kinds: readonly KindModel[]): void {
    this.#kinds = kinds;
    this.#schema = schemaOf(kinds);
  }

  rest(path: string, branch: string): ServiceAnswer {
    if (path === '/api/info') return { status: 200, body: { deployment_id: 'simulated', version: '1.11.9' } };
    if (!this.branches.has(branch)) return errorAnswer(400, `Branch: ${branch} not found.`);
    if (path === '/api/schema') return { status: 200, body: restSchemaOf(this.#kinds) };
    if (path === '/api/schema/summary') return { status: 200, body: schemaSummaryOf(this.#kinds) };
    const kind = /^\/api\/schema\/(?<kind>\w+)$/.exec(path)?.groups?.['kind'];
    if (kind === undefined) return errorAnswer(404, 'Not Found');
    const found = this.#kinds.find((one) => kindOf(one) === kind);
    if (found !== undefined) return { status: 200, body: restKind(found) };
    return errorAnswer(422, `Unable to find the schema ${kind} in the database.`);
  }

  /** @param at ISO 8601 */
  async graphql(branch: string, body: GraphqlBody, at: string | undefined): Promise<ServiceAnswer> {
    const store = this.branches.get(branch);
    if (store === undefined) return { status: 404, body: { errors: [`Branch: ${branch} not found.`] } };
    const atMs = at === undefined ? undefined : Date.parse(at);
    if (Number.isNaN(atMs)) return errorAnswer(400, `Invalid time: ${at}`);
    const { data, errors } = await graphql({
      schema: this.#schema,
      source: body.query,
      rootValue: { ...rootOf({ kinds: this.#kinds, nodes: store.nodes(atMs) }), ...this.#own() },
      variableValues: body.variables,
      operationName: body.operationName,
    });
    if (errors === undefined) return { status: 200, body: { data } };
    const extensions = { code: 'UNDEFINED_ERROR', http_status: 500, data: {} };
    return {
      status: 200,
      body: { data: data ?? null, errors: errors.map((one) => ({ ...one.toJSON(), extensions })) },
    };
  }

  #own(): Record<string, unknown> {
    const branches = [...this.branches.keys()].map((name) => ({ id: name, name, is_default: name === 'main' }));
    return { Branch: branches, InfrahubInfo: { version: '1.11.9', deployment_id: 'simulated' } };
  }
}

/** Infrahub's error object. */
export function errorAnswer(status: number, message: string): ServiceAnswer {
  return { status, body: { data: null, errors: [{ message, extensions: { code: status } }] } };
}

/** The answer that a fault puts in the place of the right one, where it does. */
export function faultyAnswer(fault: InfrahubFault, right: ServiceAnswer): ServiceAnswer {
  if (fault.kind === 'graphql_errors') {
    return {
      status: 200,
      body: { data: null, errors: [{ message: fault.message ?? 'An error occurred', path: null }] },
    };
  }
  const { data } = right.body as { data?: Record<string, unknown> | null };
  const fields = Object.keys(data ?? {});
  if (fault.kind === 'partial') {
    const errors = fields.slice(0, 1).map((path) => ({ message: 'Unable to resolve', path: [path] }));
    return { status: 200, body: { data: { ...data, [fields[0] ?? '']: null }, errors } };
  }
  if (fault.kind === 'null_container') {
    return {
      status: 200,
      body: { data: Object.fromEntries(fields.map((name) => [name, { count: null, edges: null }])) },
    };
  }
  return right;
}
