import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeClock } from '@device-exporters/retry/testing';
import { startCarbonSink } from '@device-exporters/simulators';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createGraphiteOutput,
  type GraphiteOutput,
  type GraphiteOutputOptions,
  SpoolInUseError,
} from '../src/index.ts';
import { systemFiles } from '../src/spool/spool-files.ts';
import { numbered, outputTo } from './support.ts';

const signal = AbortSignal.timeout(15_000);
const NOWHERE = { host: '127.0.0.1', port: 1 };

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'graphite-spool-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const spooled = (options: Partial<GraphiteOutputOptions> = {}): GraphiteOutput =>
  outputTo(NOWHERE, { spool: { directory }, ...options });

const fileNames = (): string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.spool'))
    .sort();

/** What an output that starts now would have queued. */
async function recovered(): Promise<{ values: number[]; output: GraphiteOutput }> {
  await using carbon = await startCarbonSink();
  const output = outputTo(carbon, { spool: { directory } });
  await output.flush(signal);
  return { values: carbon.ledger.points.map(({ value }) => value), output };
}

/** The file that points were last written to. */
function lastFile(): string {
  return join(directory, fileNames().at(-1) ?? '');
}

describe('points that are queued', () => {
  test('outlive the process, in their order', async () => {
    spooled().add(numbered(20_000));
    const { values } = await recovered();
    expect(values).toEqual(Array.from({ length: 20_000 }, (_, index) => index));
  });

  test('are not sent again once they were confirmed', async () => {
    await using carbon = await startCarbonSink();
    const output = outputTo(carbon, { spool: { directory } });
    output.add(numbered(5000));
    expect(await output.flush(signal)).toBe(true);
    output.add(numbered(10, 5000));
    const { values } = await recovered();
    expect(values).toEqual(numbered(10, 5000).map(({ value }) => value));
  });

  test('leave nothing on the disk but one small file once they were confirmed', async () => {
    await using carbon = await startCarbonSink();
    const output = outputTo(carbon, { spool: { directory } });
    output.add(numbered(200_000));
    expect(output.stats().spoolBytes).toBeGreaterThan(3_200_000);
    expect(fileNames().length).toBeGreaterThan(3);
    await output.flush(signal);
    output.add(numbered(1));
    expect(fileNames()).toHaveLength(1);
    expect(output.stats()).toMatchObject({ isSpooled: true, spoolBytes: statSync(lastFile()).size });
    expect(output.stats().spoolBytes).toBeLessThan(65_536);
    await output.close();
  });

  test('outlive one restart after the other', async () => {
    for (let life = 0; life < 4; life += 1) {
      const output = spooled();
      output.add(numbered(10, life * 10));
      expect(output.stats().pointsQueued).toBe((life + 1) * 10);
      await output.close();
    }
    expect((await recovered()).values).toEqual(numbered(40).map(({ value }) => value));
    expect(spooled().stats().pointsQueued).toBe(0);
  });

  test('are the newest ones when the bound was lowered', async () => {
    spooled().add(numbered(100));
    const output = spooled({ maxPoints: 30 });
    output.add([]);
    expect(output.stats()).toMatchObject({ pointsQueued: 30, pointsDropped: { overflow: 70 } });
  });

  test('outlive kill -9 in an outage', async () => {
    const child = fork(new URL('./spooling-process.ts', import.meta.url), [directory], { stdio: 'ignore' });
    const [told] = await once(child, 'message');
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    expect((await exited)[1]).toBe('SIGKILL');
    const { values } = await recovered();
    expect(told).toBeGreaterThan(0);
    expect(values.length).toBeGreaterThanOrEqual(told);
    expect(values).toEqual(values.map((_, index) => index));
  });
});

describe('a file of the spool', () => {
  test.each([1, 9, 100])(
    'whose last record is torn off %d bytes before its end loses that record alone',
    async (bytes) => {
      const output = spooled();
      output.add(numbered(10));
      output.add(numbered(10, 10));
      const whole = readFileSync(lastFile());
      writeFileSync(lastFile(), whole.subarray(0, -bytes));
      const { values, output: next } = await recovered();
      expect(values).toEqual(numbered(10).map(({ value }) => value));
      await next.close();
      expect((await recovered()).values).toEqual([]);
    },
  );

  test('that ends in zeros, as after a power cut, loses nothing', async () => {
    spooled().add(numbered(10));
    appendFileSync(lastFile(), Buffer.alloc(4096));
    expect((await recovered()).values).toHaveLength(10);
  });

  test('with a damaged record in its middle loses that record alone', async () => {
    const output = spooled();
    output.add(numbered(10));
    const end = statSync(lastFile()).size;
    output.add(numbered(10, 10));
    output.add(numbered(10, 20));
    const bytes = readFileSync(lastFile());
    bytes.writeUInt8((bytes[end + 50] ?? 0) ^ 1, end + 50);
    writeFileSync(lastFile(), bytes);
    expect((await recovered()).values).toEqual([...numbered(10), ...numbered(10, 20)].map(({ value }) => value));
  });

  test('that is something else is left alone', async () => {
    const alien = join(directory, 'points-000000000000.spool');
    writeFileSync(alien, 'something else altogether');
    const output = spooled();
    output.add(numbered(10));
    expect(output.stats()).toMatchObject({ isSpooled: true, pointsQueued: 10 });
    expect((await recovered()).values).toHaveLength(10);
    expect(readFileSync(alien, 'utf8')).toBe('something else altogether');
  });

  test('whatever is in it, does not stop the start', async () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const output = spooled();
      output.add(numbered(50));
      await output.close();
      const bytes = readFileSync(lastFile());
      for (let at = 8 + (seed % 13); at < bytes.length; at += 31 + (seed % 97)) bytes[at] = (seed * at) & 0xff;
      writeFileSync(lastFile(), bytes);
      const next = spooled();
      expect(next.add(numbered(1))).toBe(1);
      expect(next.stats().isSpooled).toBe(true);
      await next.close();
      for (const name of fileNames()) rmSync(join(directory, name));
    }
  });
});

describe('a disk that is full', () => {
  const full = (): never => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };

  test('costs no point: they are in memory alone, and on disk when there is room again', async () => {
    const clock = createFakeClock();
    let isFull = false;
    const files = {
      ...systemFiles,
      writeSync: ((fd: number, bytes: Buffer, at: number) => {
        if (!isFull) return systemFiles.writeSync(fd, bytes, at);
        // A full disk takes a part first.
        if (bytes.length - at > 20) return systemFiles.writeSync(fd, bytes, at, 20);
        return full();
      }) as typeof systemFiles.writeSync,
    };
    const output = spooled({ clock, spool: { directory, files } });
    output.add(numbered(10));
    expect(output.stats().isSpooled).toBe(true);
    isFull = true;
    output.add(numbered(10, 10));
    expect(output.stats()).toMatchObject({ isSpooled: false, pointsQueued: 20 });
    isFull = false;
    output.add(numbered(10, 20));
    expect(output.stats().isSpooled).toBe(false);
    await clock.advance(10_000);
    output.add(numbered(10, 30));
    expect(output.stats()).toMatchObject({ isSpooled: true, pointsQueued: 40 });
    expect((await recovered()).values).toEqual(numbered(40).map(({ value }) => value));
  });

  test('at the start is no reason not to send', async () => {
    await using carbon = await startCarbonSink();
    const output = outputTo(carbon, { spool: { directory, files: { ...systemFiles, writeSync: full } } });
    output.add(numbered(10));
    expect(output.stats().isSpooled).toBe(false);
    expect(await output.flush(signal)).toBe(true);
    expect(fileNames()).toEqual([]);
  });

  test('from the first point on is no obstacle for ever', async () => {
    const clock = createFakeClock();
    let room = 8;
    const files = {
      ...systemFiles,
      writeSync: ((fd: number, bytes: Buffer, at: number) => {
        room -= bytes.length - at;
        return room < 0 ? full() : systemFiles.writeSync(fd, bytes, at);
      }) as typeof systemFiles.writeSync,
    };
    const output = spooled({ clock, spool: { directory, files } });
    output.add(numbered(10));
    expect(output.stats().isSpooled).toBe(false);
    room = 1e6;
    await clock.advance(10_000);
    output.add(numbered(10, 10));
    expect(output.stats().isSpooled).toBe(true);
    expect((await recovered()).values).toHaveLength(20);
  });

  test('is /dev/full, too', () => {
    const files = { ...systemFiles, openSync: () => systemFiles.openSync('/dev/full', 'w') };
    const output = spooled({ spool: { directory, files } });
    expect(output.add(numbered(10))).toBe(10);
    expect(output.stats()).toMatchObject({ isSpooled: false, pointsQueued: 10 });
  });
});

test('a directory that cannot be made means memory alone, until it can', async () => {
  const clock = createFakeClock();
  const file = join(directory, 'file');
  writeFileSync(file, '');
  const output = createGraphiteOutput({ ...NOWHERE, clock, spool: { directory: join(file, 'spool') } });
  expect(output.add(numbered(10))).toBe(10);
  expect(output.stats()).toMatchObject({ isSpooled: false, pointsQueued: 10, spoolBytes: 0 });
  rmSync(file);
  await clock.advance(10_000);
  output.add(numbered(10, 10));
  expect(output.stats()).toMatchObject({ isSpooled: true, pointsQueued: 20 });
});

test('what is written is put on the disk within a second', async () => {
  const clock = createFakeClock();
  const synced: number[] = [];
  const files = {
    ...systemFiles,
    fdatasync: ((fd: number, done: (error: null) => void) => {
      synced.push(fd);
      done(null);
    }) as typeof systemFiles.fdatasync,
  };
  const output = spooled({ clock, spool: { directory, files } });
  output.add(numbered(10));
  output.add(numbered(10, 10));
  expect(synced).toHaveLength(0);
  await clock.advance(1000);
  expect(synced).toHaveLength(1);
});

describe('a directory that another process uses', () => {
  const lock = (): string => join(directory, 'lock');
  const another = { pid: process.pid, host: 'elsewhere' };

  test('is refused, and its points are left alone', async () => {
    spooled().add(numbered(10));
    writeFileSync(lock(), JSON.stringify(another));
    const output = spooled();
    expect(() => output.run(signal)).toThrow(SpoolInUseError);
    expect(() => output.add(numbered(1))).toThrow('each process needs a directory of its own');
    rmSync(lock());
    expect((await recovered()).values).toHaveLength(10);
  });

  test('is free again when that process has closed it', async () => {
    const output = spooled();
    output.add(numbered(10));
    expect(JSON.parse(readFileSync(lock(), 'utf8'))).toMatchObject({ pid: process.pid });
    await output.close();
    expect(existsSync(lock())).toBe(false);
  });

  test('is not touched any more by who was suspended and lost it', async () => {
    const clock = createFakeClock();
    const output = spooled({ clock });
    output.add(numbered(10));
    writeFileSync(lock(), JSON.stringify(another));
    await clock.advance(10_000);
    const before = fileNames().map((name) => statSync(join(directory, name)).size);
    output.add(numbered(10, 10));
    expect(output.stats().isSpooled).toBe(false);
    await clock.advance(30_000);
    output.add(numbered(10, 20));
    expect(output.stats()).toMatchObject({ isSpooled: false, pointsQueued: 30 });
    await output.close();
    expect(fileNames().map((name) => statSync(join(directory, name)).size)).toEqual(before);
    expect(JSON.parse(readFileSync(lock(), 'utf8'))).toEqual(another);
  });
});
