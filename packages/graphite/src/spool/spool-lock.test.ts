import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemFiles } from './spool-files.ts';
import { SpoolInUseError, SpoolLock } from './spool-lock.ts';

const ELSEWHERE = { pid: process.pid, host: 'elsewhere' };

let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spool-lock-'));
  file = join(directory, 'lock');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const take = (owner?: { pid: number; host: string }): SpoolLock => SpoolLock.take(directory, systemFiles, owner);

function makeOlder(seconds: number): void {
  const time = new Date(Date.now() - seconds * 1000);
  utimesSync(file, time, time);
}

test('a lock of a process that lives is refused, with who it is', () => {
  take({ pid: process.ppid, host: hostname() });
  expect(() => take()).toThrow(SpoolInUseError);
  expect(() => take()).toThrow(`is used by process ${process.ppid} of ${hostname()}, which showed itself 0 s ago`);
});

test('a lock of a process of this host that runs no more is taken over at once', async () => {
  const child = spawn(process.execPath, ['--eval', '']);
  const pid = child.pid ?? 0;
  await once(child, 'exit');
  take({ pid, host: hostname() });
  take();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ pid: process.pid, host: hostname() });
});

test("a lock with this process's own number was left by its earlier life, as containers have it", () => {
  take();
  expect(() => take()).not.toThrow();
});

test('a lock of another host is believed for 45 seconds', () => {
  take(ELSEWHERE);
  makeOlder(44);
  expect(() => take()).toThrow(`process ${process.pid} of elsewhere, which showed itself 44 s ago`);
  makeOlder(46);
  expect(() => take()).not.toThrow();
});

test.each(['', 'null', '{"pid":"1"}', '\0\0\0'])('a lock that says %j is believed as long', (text) => {
  writeFileSync(file, text);
  expect(() => take()).toThrow('is used by another process');
  makeOlder(46);
  expect(() => take()).not.toThrow();
});

test('a touched lock is as new, and one that is gone is made again', () => {
  const lock = take();
  makeOlder(100);
  lock.touch();
  expect(Date.now() - statSync(file).mtimeMs).toBeLessThan(50_000);
  rmSync(file);
  lock.touch();
  expect(() => take(ELSEWHERE)).toThrow(SpoolInUseError);
});

test('who has lost the lock learns it, and lets the other have it', () => {
  const lock = take();
  makeOlder(46);
  take(ELSEWHERE);
  expect(() => lock.touch()).toThrow('another process has taken over');
  lock.release();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(ELSEWHERE);
});

test('a lock that is let go of is gone', () => {
  const lock = take();
  lock.release();
  expect(existsSync(file)).toBe(false);
  lock.release();
});

test('a lock that cannot be written leaves no file behind', () => {
  const writeFileSyncInVain = ((path: string, ...rest: [string, object]) => {
    writeFileSync(path, '', rest[1]);
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  }) as typeof writeFileSync;
  const files = { ...systemFiles, writeFileSync: writeFileSyncInVain };
  expect(() => SpoolLock.take(directory, files)).toThrow('no space left');
  expect(existsSync(file)).toBe(false);
});
