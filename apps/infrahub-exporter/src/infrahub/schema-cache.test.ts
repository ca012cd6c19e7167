import { createFakeClock } from '@device-exporters/retry/testing';
import { expect, test } from 'vitest';
import type { InfrahubClient } from './client.ts';
import { InfrahubError } from './errors.ts';
import { SchemaCache } from './schema-cache.ts';

const SCHEMA = { main: 'm1', nodes: [{ kind: 'TestNode', hash: 'h1', attributes: [], relationships: [] }] };
const { signal } = new AbortController();

/** A cache, and what it has asked for. @param summary the summary as of now, or the error that asking for it is */
function cacheOf(answers: { schema: object; summary: object | InfrahubError }) {
  const clock = createFakeClock();
  const asked: string[] = [];
  const client = {
    async rest(path: string) {
      asked.push(path);
      const answer = path === '/api/schema' ? answers.schema : answers.summary;
      if (answer instanceof InfrahubError) throw answer;
      return answer;
    },
  } as unknown as InfrahubClient;
  return { cache: new SchemaCache(client, 'main', clock), clock, asked };
}

test('a schema is read once, and its summary looked at every minute', async () => {
  const { cache, clock, asked } = cacheOf({
    schema: SCHEMA,
    summary: { main: 'm1', nodes: { TestNode: 'h1', InternalNode: 'x' }, generics: {} },
  });
  const schema = await cache.current(signal);
  await clock.advance(59_000);
  expect(await cache.current(signal)).toBe(schema);
  expect(asked).toEqual(['/api/schema']);
  await clock.advance(2_000);
  expect(await cache.current(signal)).toBe(schema);
  await clock.advance(61_000);
  expect(await cache.current(signal)).toBe(schema);
  expect(asked).toEqual(['/api/schema', '/api/schema/summary', '/api/schema/summary']);
});

test.each([
  ['the branch', { main: 'm2', nodes: { TestNode: 'h1' } }],
  ['a kind', { main: 'm1', nodes: { TestNode: 'h2' } }],
])('another hash of %s makes it be read again', async (_what, summary) => {
  const { cache, clock, asked } = cacheOf({ schema: SCHEMA, summary });
  const schema = await cache.current(signal);
  await clock.advance(61_000);
  expect(await cache.current(signal)).not.toBe(schema);
  expect(asked).toEqual(['/api/schema', '/api/schema/summary', '/api/schema']);
});

test.each(['not_found', 'schema'] as const)(
  'a server that has no summary is asked for the schema every minute: %s',
  async (reason) => {
    const { cache, clock, asked } = cacheOf({ schema: SCHEMA, summary: new InfrahubError(reason, 'no') });
    await cache.current(signal);
    for (let minute = 0; minute < 2; minute++) {
      await clock.advance(61_000);
      await cache.current(signal);
    }
    expect(asked.filter((path) => path === '/api/schema')).toHaveLength(3);
  },
);

test('what is in doubt is looked at at once', async () => {
  const { cache, asked } = cacheOf({ schema: SCHEMA, summary: { main: 'm1' } });
  const schema = await cache.current(signal);
  cache.doubt();
  expect(await cache.current(signal)).toBe(schema);
  expect(asked).toEqual(['/api/schema', '/api/schema/summary']);
});
