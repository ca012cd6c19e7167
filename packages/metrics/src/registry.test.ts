import fc from 'fast-check';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { SeriesRegistry } from './registry.ts';

const labelValue = fc.string({
  unit: fc.constantFrom('a', 'Z', '0', 'ü', '漢', '🙂', '"', '\\', '\n', ' ', ',', '}'),
  maxLength: 12,
});
const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/);
const labelName = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/);
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e21, 1e-7, 21.5),
);

const family = fc
  .record({
    name,
    type: fc.constantFrom('gauge' as const, 'counter' as const),
    help: fc.string({ minLength: 1, maxLength: 20 }),
    labels: fc.uniqueArray(labelName, { minLength: 1, maxLength: 4 }),
  })
  .chain((declared) =>
    fc.record({
      declared: fc.constant(declared),
      series: fc.uniqueArray(
        fc.tuple(
          fc.array(labelValue, { minLength: declared.labels.length, maxLength: declared.labels.length }),
          number,
        ),
        { selector: ([values]) => JSON.stringify(values), maxLength: 6 },
      ),
    }),
  );
type FamilyCase = typeof family extends fc.Arbitrary<infer T> ? T : never;

function labelsOf(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((label, index) => [label, values[index] ?? '']));
}

function nameOf({ declared }: FamilyCase): string {
  return declared.type === 'counter' ? `${declared.name}_total` : declared.name.replace(/_total$/, '');
}

/** Fills a registry of ours and one of prom-client's with the same families and values. */
function fillBoth(cases: readonly FamilyCase[], ours: SeriesRegistry, theirs: Registry): void {
  for (const one of cases) {
    const { type, help, labels } = one.declared;
    const declared = ours[type]({ name: nameOf(one), help, labels });
    const Peer = type === 'gauge' ? Gauge : Counter;
    const peer = new Peer({ name: nameOf(one), help, labelNames: labels, registers: [theirs] });
    for (const [values, value] of one.series) {
      const set = labelsOf(labels, values);
      declared.series(set).set(type === 'counter' ? Math.abs(Math.trunc(value)) || 0 : value);
      if (peer instanceof Gauge) peer.set(set, value);
      else if (Number.isFinite(value)) peer.inc(set, Math.abs(Math.trunc(value)));
    }
  }
}

const families = fc.uniqueArray(family, { selector: nameOf, maxLength: 5 }).map((cases) =>
  // prom-client's counters take finite values only.
  cases.map((one) =>
    one.declared.type === 'gauge' ? one : { ...one, series: one.series.filter(([, value]) => Number.isFinite(value)) },
  ),
);

describe('text', () => {
  test('is that of prom-client, to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(families, async (cases) => {
        const ours = new SeriesRegistry();
        const theirs = new Registry();
        fillBoth(cases, ours, theirs);
        expect(await ours.metrics()).toBe(await theirs.metrics());
      }),
      { numRuns: 300 },
    );
  });

  test('is that of prom-client in OpenMetrics too, to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(families, async (cases) => {
        const ours = new SeriesRegistry();
        const theirs = new Registry();
        ours.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
        theirs.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
        fillBoth(cases, ours, theirs);
        expect(await ours.metrics()).toBe(await theirs.metrics());
      }),
      { numRuns: 300 },
    );
  });

  test('stays that of prom-client whatever changes between two reads', async () => {
    const change = fc.record({ slot: fc.nat(700), value: fc.option(number, { nil: undefined }) });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 900 }), { maxLength: 4 }), async (rounds) => {
        const ours = new SeriesRegistry();
        const declared = ours.gauge({ name: 'g', help: 'A gauge.', labels: ['slot'] });
        const group = ours.group();
        const known = new Map<number, number>();
        for (const round of rounds) {
          for (const { slot, value } of round) {
            const series = group.series(declared, { slot: `${slot}` });
            if (value !== undefined) series.set(value);
            else group.release(declared, series);
            known.delete(slot);
            if (value !== undefined) known.set(slot, value);
          }
          const lines = (await ours.metrics()).trimEnd().split('\n').slice(2);
          const expected = new Registry();
          const peer = new Gauge({ name: 'g', help: 'A gauge.', labelNames: ['slot'], registers: [expected] });
          for (const [slot, value] of known) peer.set({ slot }, value);
          const peerLines = (await expected.metrics()).trimEnd().split('\n').slice(2);
          expect(lines.toSorted()).toEqual(peerLines.toSorted());
        }
      }),
      { numRuns: 40 },
    );
  });

  test('of an empty registry is that of prom-client', async () => {
    expect(await new SeriesRegistry().metrics()).toBe(await new Registry().metrics());
  });

  test('keeps metrics of prom-client beside our families, in the order of their declaration', async () => {
    const fill = (registry: Registry, plain: () => void): void => {
      plain();
      const histogram = new Histogram({ name: 'h_seconds', help: 'H.', buckets: [1, 2], registers: [registry] });
      histogram.observe(1.5);
      new Counter({ name: 'c_total', help: 'C.', registers: [registry] }).inc(3);
    };
    const ours = new SeriesRegistry();
    fill(ours as unknown as Registry, () => ours.gauge({ name: 'a', help: 'A.' }).series().set(1));
    const theirs = new Registry();
    fill(theirs, () => new Gauge({ name: 'a', help: 'A.', registers: [theirs] }).set(1));
    const text = await theirs.metrics();
    expect(await ours.metrics()).toBe(text);
    const { body } = await ours.exposition('openmetrics');
    theirs.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    expect(body.toString()).toBe(await theirs.metrics());
    // prom-client renames a counter for good when it writes OpenMetrics; ours must not.
    expect(await ours.metrics()).toBe(text);
  });
});

describe('the registry', () => {
  test('renders an unchanged state once, for all who ask', async () => {
    const registry = new SeriesRegistry();
    const series = registry.gauge({ name: 'g', help: 'G.' }).series();
    series.set(1);
    const [first, second] = await Promise.all([registry.exposition('text'), registry.exposition('text')]);
    expect(second).toBe(first);
    expect(await registry.exposition('text')).toBe(first);
    expect(await first.gzip()).toBe(await first.gzip());
    series.set(1);
    expect(await registry.exposition('text')).toBe(first);
    series.set(2);
    const changed = await registry.exposition('text');
    expect(changed).not.toBe(first);
    expect(changed.body.toString()).toContain('g 2\n');
    expect(first.body.toString()).toContain('g 1\n');
  });

  test('shows an unnoticed value with the next change only', async () => {
    const registry = new SeriesRegistry();
    const duration = registry.gauge({ name: 'd_seconds', help: 'D.' }).series();
    const other = registry.gauge({ name: 'o', help: 'O.' }).series();
    other.set(1);
    const before = await registry.exposition('text');
    duration.setUnnoticed(0.25);
    expect(await registry.exposition('text')).toBe(before);
    other.set(2);
    expect((await registry.exposition('text')).body.toString()).toContain('d_seconds 0.25\n');
  });

  test('samples before it reads', async () => {
    const registry = new SeriesRegistry();
    const series = registry.gauge({ name: 'g', help: 'G.' }).series();
    let reads = 0;
    registry.beforeRead(() => series.set(++reads));
    await registry.metrics();
    expect(await registry.metrics()).toContain('g 2\n');
    const [family] = registry.families();
    expect(Array.from(family?.samples() ?? [], ({ value }) => value)).toEqual([3]);
  });

  test('selects families by name', async () => {
    const registry = new SeriesRegistry();
    registry.gauge({ name: 'a', help: 'A.' }).series().set(1);
    registry.gauge({ name: 'b', help: 'B.' }).series().set(2);
    const { body } = await registry.exposition('text', new Set(['b', 'unknown']));
    expect(body.toString()).toBe('# HELP b B.\n# TYPE b gauge\nb 2\n');
  });

  test('serves the other entries of prom-client', async () => {
    const registry = new SeriesRegistry();
    const gauge = registry.gauge({ name: 'g', help: 'G.', labels: ['l'] });
    gauge.series({ l: 'x' }).set(4);
    expect(await registry.getSingleMetricAsString('g')).toBe('# HELP g G.\n# TYPE g gauge\ng{l="x"} 4');
    expect(await registry.getMetricsAsJSON()).toEqual([
      { name: 'g', help: 'G.', type: 'gauge', aggregator: 'sum', values: [{ value: 4, labels: { l: 'x' } }] },
    ]);
    registry.resetMetrics();
    expect(await registry.metrics()).toBe('# HELP g G.\n# TYPE g gauge\n');
    registry.removeSingleMetric('g');
    expect(await registry.metrics()).toBe('\n');
    expect(() => registry.setDefaultLabels()).toThrow('scrape configuration');
    registry.clear();
    expect(registry.families()).toEqual([]);
  });

  test('refuses what no exposition can carry', () => {
    const registry = new SeriesRegistry();
    expect(() => registry.gauge({ name: '1a', help: 'x' })).toThrow('not a metric name');
    expect(() => registry.gauge({ name: 'a', help: '' })).toThrow('no help text');
    expect(() => registry.gauge({ name: 'a', help: 'x', labels: ['a-b'] })).toThrow('not a label name');
    expect(() => registry.gauge({ name: 'a_total', help: 'x' })).toThrow('_total');
    expect(() => registry.counter({ name: 'a', help: 'x' })).toThrow('_total');
    registry.gauge({ name: 'a', help: 'x' });
    expect(() => registry.gauge({ name: 'a', help: 'x' })).toThrow('already been registered');
  });

  test('starts counters at 0 and counts', async () => {
    const registry = new SeriesRegistry();
    const counter = registry.counter({ name: 'c_total', help: 'C.', labels: ['reason'] });
    const series = counter.series({ reason: 'timeout' });
    expect(await registry.metrics()).toContain('c_total{reason="timeout"} 0\n');
    series.add();
    series.add(2);
    expect(series.value).toBe(3);
  });
});

describe('a large state', () => {
  test('is shown as it was when the read began, whatever changes during the read', async () => {
    const registry = new SeriesRegistry({ sliceMs: 0 });
    const gauge = registry.gauge({ name: 'g', help: 'G.', labels: ['n'] });
    const group = registry.group();
    const series = Array.from({ length: 12_000 }, (_, n) => group.series(gauge, { n: `${n}` }));
    for (const one of series) one.set(1);
    const reading = registry.exposition('text');
    const parallel = registry.exposition('text');
    // After the first turn of the loop the read is under way.
    await new Promise((resolve) => setImmediate(resolve));
    for (const one of series) one.set(2);
    for (const one of series.slice(11_000)) group.release(gauge, one);
    for (let n = 0; n < 1_000; n++) group.series(gauge, { n: `new${n}` }).set(3);
    const lines = (await reading).body.toString().trimEnd().split('\n').slice(2);
    expect(await parallel).toBe(await reading);
    expect(lines.every((line) => line.endsWith(' 1'))).toBe(true);
    expect(lines.length).toBeGreaterThanOrEqual(11_000);
    const after = (await registry.exposition('text')).body.toString().trimEnd().split('\n').slice(2);
    expect(after.length).toBe(12_000);
    expect(after.filter((line) => line.endsWith(' 2')).length).toBe(11_000);
    expect(after.filter((line) => line.endsWith(' 3')).length).toBe(1_000);
    expect(new Set(after.map((line) => line.split(' ')[0])).size).toBe(12_000);
  });

  test('lets the event loop turn between slices', async () => {
    const registry = new SeriesRegistry({ sliceMs: 0 });
    const gauge = registry.gauge({ name: 'g', help: 'G.', labels: ['n'] });
    for (let n = 0; n < 12_000; n++) gauge.series({ n: `${n}` }).set(n);
    let turns = 0;
    const turn = (): void => {
      turns++;
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    await registry.exposition('text');
    clearImmediate(immediate);
    expect(turns).toBeGreaterThan(40);
  });
});
