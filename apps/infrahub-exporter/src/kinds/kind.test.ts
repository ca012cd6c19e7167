import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '@device-exporters/exporter';
import { SeriesRegistry } from '@device-exporters/metrics';
import { type Clock, systemClock } from '@device-exporters/retry';
import { createFakeClock } from '@device-exporters/retry/testing';
import { expect, onTestFinished, test } from 'vitest';
import type { InfrahubClient } from '../infrahub/client.ts';
import { InfrahubError } from '../infrahub/errors.ts';
import { parseSchema } from '../infrahub/schema.ts';
import type { SchemaCache } from '../infrahub/schema-cache.ts';
import { declareMetrics } from '../metrics.ts';
import { Bell } from '../rounds.ts';
import { Kind } from './kind.ts';

const SCHEMA = parseSchema({
  nodes: [{ kind: 'Device', attributes: [{ name: 'name', kind: 'Text' }], relationships: [] }],
});
const SET = { include: ['name'], filters: {} };

interface Settings {
  /** Answers the page of so many nodes at an offset. */
  page(offset: number, limit: number, signal: AbortSignal): Promise<unknown>;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly sets?: readonly (typeof SET)[];
}

function silentLog(): Log {
  const silent = (): void => {};
  return { debug: silent, info: silent, warn: silent, error: silent, child: silentLog };
}

/** Follows a kind until the test ends. */
function follow({ page, clock, intervalMs, sets = [SET] }: Settings) {
  const registry = new SeriesRegistry({ sliceMs: 0 });
  const graphql: InfrahubClient['graphql'] = async ({ variables }, signal) => ({
    Device: await page(Number(variables['offset']), Number(variables['limit']), signal),
  });
  const client: Pick<InfrahubClient, 'graphql' | 'count' | 'serverNowMs'> = {
    graphql,
    count: () => {},
    serverNowMs: 0,
  };
  const schemas: Pick<SchemaCache, 'current' | 'doubt'> = { current: async () => SCHEMA, doubt: () => {} };
  const kind = new Kind({
    plan: { kind: 'Device', metricName: 'device_info', labels: ['id', 'hfid', 'name'], sets },
    client: client as InfrahubClient,
    schemas: schemas as SchemaCache,
    pageSize: 1000,
    intervalMs,
    maxAgeMs: undefined,
    registry,
    metrics: declareMetrics(registry),
    bell: new Bell(),
    clock,
    log: silentLog(),
  });
  const stop = new AbortController();
  const ended = kind.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  return {
    lines: async () => {
      // A small page is made without a turn of the loop; work in slices needs some.
      await nextTurn();
      return (await registry.metrics()).match(/^device_info.*$/gm) ?? [];
    },
  };
}

function edges(from: number, to: number, name: string) {
  return Array.from({ length: to - from }, (_, index) => ({
    node: { id: `n${from + index}`, hfid: null, __typename: 'Device', name: { value: name } },
  }));
}

test.each([
  ['one set', [SET]],
  ['two sets that overlap', [SET, SET]],
])('who reads while a kind of %s is being read finds a state as a whole', async (_, sets) => {
  const count = 3_000;
  let state = 0;
  // Every reading finds other names.
  const page = async (offset: number, limit: number): Promise<unknown> => {
    if (offset === 0) state += 1;
    const name = String(Math.ceil(state / sets.length));
    return { count, edges: edges(offset, Math.min(offset + limit, count), name) };
  };
  const { lines } = follow({ page, clock: systemClock, intervalMs: 1, sets });
  const seen = new Set<string>();
  while (seen.size < 4) {
    const found = await lines();
    const names = new Set(found.map((line) => /name="(\d+)"/.exec(line)?.[1] ?? ''));
    expect([0, count]).toContain(found.length);
    expect(names.size).toBeLessThanOrEqual(1);
    for (const name of names) seen.add(name);
  }
});

test('pages that come in another order are no other state', async () => {
  let waiting: (() => void)[] = [];
  const page = (offset: number): Promise<unknown> => {
    const answer = { count: 3, edges: edges(offset, offset + 1, 'same') };
    if (offset === 0) return Promise.resolve(answer);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    waiting.push(() => resolve(answer));
    // The last one first.
    if (waiting.length === 2) {
      for (const answerLate of waiting.toReversed()) setImmediate(answerLate);
      waiting = [];
    }
    return promise;
  };
  const { lines } = follow({ page, clock: systemClock, intervalMs: 60_000 });
  let found: readonly string[] = [];
  while (found.length === 0) found = await lines();
  expect(found.map((line) => /id="(n\d)"/.exec(line)?.[1])).toEqual(['n0', 'n1', 'n2']);
});

test('series outlive readings that take longer than five intervals, and go five readings after the last', async () => {
  const clock = createFakeClock();
  let isDown = false;
  const page = async (_offset: number, _limit: number, signal: AbortSignal): Promise<unknown> => {
    if (isDown) throw new InfrahubError('connection', 'cannot reach it');
    await clock.sleep(10_000, signal);
    return { count: 1, edges: edges(0, 1, 'a') };
  };
  const { lines } = follow({ page, clock, intervalMs: 1_000 });
  /** A second at a time, as what is read is worked on in turns that the clock does not wait for. */
  const after = async (seconds: number): Promise<number> => {
    for (let second = 0; second < seconds; second++) {
      await clock.advance(1_000);
      await lines();
    }
    return (await lines()).length;
  };
  expect(await after(15)).toBe(1);
  for (let second = 0; second < 30; second++) expect(await after(1)).toBe(1);
  isDown = true;
  expect(await after(30)).toBe(1);
  expect(await after(60)).toBe(0);
});
