/** Rendering, updating and holding series, against prom-client. */
import { setImmediate } from 'node:timers/promises';
import { ours, sensorValue, theirs } from './fixture.ts';
import { figure, medianMs, type Row, report } from './row.ts';

const COUNTS = [500, 5_000, 50_000];

async function rendering(count: number): Promise<Row> {
  const [we, they] = [ours(count), theirs(count)];
  let round = 0;
  const runs = count > 10_000 ? 15 : 60;
  // Every value changes between two renders; the time of changing them is left out on both sides.
  const timed = async (
    set: (index: number, value: number) => void,
    render: () => Promise<unknown>,
  ): Promise<number> => {
    const times: number[] = [];
    for (let run = -5; run < runs; run++) {
      round++;
      for (let index = 0; index < count; index++) set(index, sensorValue(index, round));
      const startMs = performance.now();
      await render();
      if (run >= 0) times.push(performance.now() - startMs);
    }
    return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  };
  const oursMs = await timed(we.set, async () => (await we.registry.exposition('text')).release());
  const theirsMs = await timed(they.set, () => they.registry.metrics());
  const ratio = theirsMs / oursMs;
  const wanted = count === 500 ? 9 : 8;
  return {
    what: `render ${figure(count)} series, every value changed`,
    ours: `${figure(oursMs)} ms`,
    peer: `${figure(theirsMs)} ms`,
    ratio,
    target: count === 5_000 ? '' : `≥ ${wanted}×${count === 50_000 ? ' (stretch 30×)' : ''}`,
    isMet: ratio >= wanted,
  };
}

async function renderingFewChanges(): Promise<Row> {
  const count = 50_000;
  const [we, they] = [ours(count), theirs(count)];
  let round = 0;
  const change = (set: (index: number, value: number) => void): void => {
    round++;
    for (let index = 0; index < count; index += 100) set(index, sensorValue(index, round));
  };
  const oursMs = await medianMs(30, async () => {
    change(we.set);
    (await we.registry.exposition('text')).release();
  });
  const theirsMs = await medianMs(9, async () => {
    change(they.set);
    await they.registry.metrics();
  });
  const ratio = theirsMs / oursMs;
  const what = 'render 50 000 series, one in a hundred changed';
  return { what, ours: `${figure(oursMs)} ms`, peer: `${figure(theirsMs)} ms`, ratio, target: '', isMet: ratio > 8 };
}

async function updating(): Promise<Row> {
  const count = 1_000;
  const [we, they] = [ours(count), theirs(count)];
  const updates = 200_000;
  let round = 0;
  const time = (set: (index: number, value: number) => void): Promise<number> =>
    medianMs(9, () => {
      round++;
      for (let n = 0; n < updates; n++) set(n % count, n + round);
    });
  const [oursNs, theirsNs] = [(await time(we.set)) * (1e6 / updates), (await time(they.set)) * (1e6 / updates)];
  const ratio = theirsNs / oursNs;
  return {
    what: 'update one series',
    ours: `${figure(oursNs)} ns`,
    peer: `${figure(theirsNs)} ns`,
    ratio,
    target: '≤ 20 ns',
    isMet: oursNs <= 20,
  };
}

/** What series take beside the body that is kept for the next scrape. */
async function holding(): Promise<Row> {
  const count = 50_000;
  const bytesOf = async (make: () => Promise<{ kept: unknown; bodyBytes: number }>): Promise<number> => {
    await settle();
    const before = used();
    const made = await make();
    await settle();
    return (used() - before - made.bodyBytes) / count;
  };
  const oursBytes = await bytesOf(async () => {
    const kept = ours(count);
    // The lines are made at the first read.
    const exposition = await kept.registry.exposition('text');
    exposition.release();
    return { kept, bodyBytes: exposition.body.buffer.byteLength };
  });
  const theirsBytes = await bytesOf(async () => ({ kept: theirs(count), bodyBytes: 0 }));
  return {
    what: 'bytes per series, 50 000 of them',
    ours: figure(oursBytes),
    peer: figure(theirsBytes),
    ratio: theirsBytes / oursBytes,
    target: '≤ 260',
    isMet: oursBytes <= 260,
  };
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await setImmediate();
    globalThis.gc?.();
  }
}

async function blocking(): Promise<Row> {
  const count = 50_000;
  const { registry, set } = ours(count);
  const longest: number[] = [];
  for (let round = 1; round <= 15; round++) {
    for (let index = 0; index < count; index++) set(index, sensorValue(index, round));
    let [longestMs, lastMs, isRendering] = [0, performance.now(), true];
    const watch = (async () => {
      while (isRendering) {
        await setImmediate();
        longestMs = Math.max(longestMs, performance.now() - lastMs);
        lastMs = performance.now();
      }
    })();
    const exposition = await registry.exposition('text');
    isRendering = false;
    await watch;
    exposition.release();
    if (round > 5) longest.push(longestMs);
  }
  const worst = Math.max(...longest);
  return {
    what: 'longest block of the event loop, 50 000 series rendered',
    ours: `${figure(worst)} ms`,
    peer: '',
    ratio: undefined,
    target: '≤ 20 ms (stretch 5)',
    isMet: worst <= 20,
  };
}

const rows: Row[] = [];
for (const count of COUNTS) rows.push(await rendering(count));
rows.push(await renderingFewChanges(), await updating(), await holding(), await blocking());
report(rows);
