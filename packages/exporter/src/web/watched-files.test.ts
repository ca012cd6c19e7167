import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeClock } from '@device-exporters/retry/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WatchedFiles } from './watched-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watched-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('a file that was written, removed or put back is told once, at most once a second', async () => {
  const clock = createFakeClock();
  const file = write('a', '1');
  const watched = new WatchedFiles([file], clock);
  await clock.advance(1000);
  expect(watched.haveChanged()).toBe(false);
  write('a', '22');
  expect(watched.haveChanged()).toBe(false);
  await clock.advance(1000);
  expect([watched.haveChanged(), watched.haveChanged()]).toEqual([true, false]);
  rmSync(file);
  await clock.advance(1000);
  expect(watched.haveChanged()).toBe(true);
  write('a', '22');
  await clock.advance(1000);
  expect(watched.haveChanged()).toBe(true);
  await clock.advance(1000);
  expect(watched.haveChanged()).toBe(false);
});

test('a link that points elsewhere is a change, as when a mounted secret is renewed', async () => {
  const clock = createFakeClock();
  const link = join(folder, 'link');
  symlinkSync(write('old', 'same'), link);
  const watched = new WatchedFiles([link], clock);
  symlinkSync(write('new', 'same'), join(folder, 'next'));
  renameSync(join(folder, 'next'), link);
  await clock.advance(1000);
  expect(watched.haveChanged()).toBe(true);
});

test('only the files that are watched now count', async () => {
  const clock = createFakeClock();
  const [a, b] = [write('a', '1'), write('b', '1')];
  const watched = new WatchedFiles([a], clock);
  watched.watch([b]);
  write('a', '22');
  await clock.advance(1000);
  expect(watched.haveChanged()).toBe(false);
  write('b', '22');
  await clock.advance(1000);
  expect(watched.haveChanged()).toBe(true);
});
