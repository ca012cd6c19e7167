import { Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { SeriesRegistry } from './registry.ts';

function home() {
  const registry = new SeriesRegistry();
  const info = registry.info({ name: 'device_info', help: 'Devices.', labels: ['id', 'name'] });
  const lines = async (): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { registry, info, lines };
}

const AWKWARD = 'a "b" \\ c\nd, 漢 🙂 }';

test('its text is that of a gauge of prom-client, to the byte', async () => {
  const { registry, info } = home();
  const theirs = new Registry();
  const peer = new Gauge({ name: 'device_info', help: 'Devices.', labelNames: ['id', 'name'], registers: [theirs] });
  const rows = [
    ['1', AWKWARD],
    ['2', ''],
  ] as const;
  for (const [id, name] of rows) peer.set({ id, name }, 1);
  info.show([info.lines(rows)], 1000);
  expect(await registry.metrics()).toBe(await theirs.metrics());
});

test('lines are seen once they are shown, and those before are gone with them', async () => {
  const { info, lines } = home();
  const first = [info.lines([['1', 'a']]), info.lines([['2', 'b']])];
  expect(await lines()).toEqual([]);
  info.show(first, 1000);
  expect(await lines()).toEqual(['device_info{id="1",name="a"} 1', 'device_info{id="2",name="b"} 1']);
  const second = info.lines([['3', 'c']]);
  expect(await lines()).toHaveLength(2);
  info.show([second], 2000);
  expect(await lines()).toEqual(['device_info{id="3",name="c"} 1']);
  info.show([], 3000);
  expect(await lines()).toEqual([]);
});

test('the same lines again are no new state, and are newer readings', async () => {
  const { registry, info } = home();
  const made = () => [info.lines([['1', 'a']]), info.lines([['2', 'b']])];
  info.show(made(), 1000);
  const before = await registry.exposition('text');
  info.show(made(), 2000);
  expect(await registry.exposition('text')).toBe(before);
  expect(Array.from(info.samples(), ({ timeMs }) => timeMs)).toEqual([2000, 2000]);
  info.show(made().slice(1), 3000);
  expect(await registry.exposition('text')).not.toBe(before);
});

test('every read shows one state as a whole, however many take turns while it is made', async () => {
  const registry = new SeriesRegistry({ sliceMs: 0 });
  const others = registry.gauge({ name: 'g', help: 'G.', labels: ['n'] });
  const info = registry.info({ name: 'state_info', help: 'S.', labels: ['state', 'n'] });
  for (let n = 0; n < 11_000; n++) others.series({ n: String(n) }).set(0);
  const stateOf = (state: number) =>
    Array.from({ length: 50 }, (_, piece) => info.lines([[String(state), String(piece).padEnd(30_000)]]));
  const seen = new Set<string>();
  const reading = (async () => {
    while (seen.size < 4) {
      const body = (await registry.exposition('text')).body.toString();
      const states = Array.from(body.matchAll(/state="(\d+)"/g), ([, state = '']) => state);
      expect([0, 50]).toContain(states.length);
      expect(new Set(states).size).toBeLessThanOrEqual(1);
      seen.add(states[0] ?? 'none');
    }
  })();
  // In many turns of each read, of its copying too, another state is shown.
  for (let state = 0; seen.size < 4; state++) {
    // So many that a read is written in slices.
    for (let n = 0; n < 11_000; n += 256) others.series({ n: String(n) }).set(state);
    info.show(stateOf(state), state);
    await Promise.race([reading, new Promise((resolve) => setImmediate(resolve))]);
  }
  await reading;
  expect(seen.size).toBe(4);
});

test('samples are of one state too, and have their labels back', () => {
  const { registry, info } = home();
  info.show([info.lines([['1', AWKWARD]]), info.lines([['2', 'b']])], 1000);
  const [family] = registry.families();
  const samples = family?.samples();
  const first = samples?.next().value;
  info.show([], 2000);
  expect([first, ...(samples ?? [])]).toEqual([
    { labelValues: ['1', AWKWARD], value: 1, timeMs: 1000 },
    { labelValues: ['2', 'b'], value: 1, timeMs: 1000 },
  ]);
});

test('a reset takes its lines away', async () => {
  const { registry, info, lines } = home();
  info.show([info.lines([['1', 'a']])], 1000);
  registry.resetMetrics();
  expect(await lines()).toEqual([]);
});
