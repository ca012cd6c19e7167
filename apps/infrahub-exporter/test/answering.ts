import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What was asked. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** How many have asked the same path before. */
  readonly before: number;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** An answer; undefined: none, ever. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, everything else as JSON. */
  readonly body: unknown;
}

/** A server that answers as a test wants it, however odd. @returns where it is, and what it was asked */
export async function startAnswering(answer: (asked: Asked) => Answer | undefined) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { query = '', variables = {} } = (text.startsWith('{') ? JSON.parse(text) : {}) as Partial<Asked>;
    const [path = ''] = (request.url ?? '').split('?');
    const before = asked.filter((one) => one.path === path).length;
    const one = { path, headers: request.headers, before, query, variables };
    asked.push(one);
    const given = answer(one);
    if (given === undefined) return;
    const { status = 200, headers = {}, body } = given;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'any', asked };
}

/** A schema of one kind, `TestNode`, with what else is given. */
export function schemaWith(...others: object[]): object {
  const attributes = ['name:Text', 'facts:JSON'].map((one) => {
    const [name, kind] = one.split(':');
    return { name, kind };
  });
  return { main: 'hash', nodes: [{ kind: 'TestNode', attributes, relationships: [] }, ...others], generics: [] };
}

/** The answer with these nodes; without a count where that is null. */
export function nodesAnswer(
  nodes: readonly object[],
  count: number | null = nodes.length,
  field = 'TestNode',
): { readonly data: object } {
  return { data: { [field]: { ...(count !== null && { count }), edges: nodes.map((node) => ({ node })) } } };
}
