import { execFileSync } from 'node:child_process';
import { unpicklePoints } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { testWith } from '../../../../scripts/testing/programs.ts';
import { hasReference, readCases } from '../../test/reference.ts';
import { PointQueue } from '../queue/point-queue.ts';
import { encodePickle, pickleMessage } from './pickle.ts';

interface Case {
  readonly points: { readonly path: string; readonly timestamp: number; readonly value: number }[];
  readonly frames: Readonly<Record<string, string>>;
}

describe.skipIf(!hasReference)('messages of the reference', () => {
  test('say the same as ours, in protocols 2 and 4', () => {
    const cases = readCases<Case>('pickle.json');
    expect(cases.length).toBeGreaterThan(1);
    for (const { points, frames } of cases) {
      const ours = pickleMessage(points.map(({ timestamp, ...point }) => ({ ...point, timestampSeconds: timestamp })));
      for (const protocol of ['protocol_2', 'protocol_4']) {
        const theirs = Buffer.from(frames[protocol] ?? '', 'hex');
        expect(unpicklePoints(ours.subarray(4))).toEqual(unpicklePoints(theirs.subarray(4)));
      }
    }
  });
});

test('a message begins with its length', () => {
  const message = pickleMessage([{ path: 'a', value: 1, timestampSeconds: 2 }]);
  expect(message.readUInt32BE()).toBe(message.length - 4);
});

test('many points go in messages of 500', () => {
  const queue = new PointQueue();
  for (let value = 0; value < 1200; value += 1) queue.append('a.b', value, 1_700_000_000);
  const messages = encodePickle(queue, queue.pending({ from: 0, to: queue.end }));
  const points = messages.map((message) => unpicklePoints(message.subarray(4)));
  expect(points.map(({ length }) => length)).toEqual([500, 500, 200]);
  expect(points.flat().map(({ value }) => value)).toEqual(Array.from({ length: 1200 }, (_, index) => index));
});

testWith('python3')('Python reads what we write', () => {
  const points = [
    { path: 'home.x', value: 0.1, timestampSeconds: 1_700_000_000 },
    { path: 'home.y', value: -3e300, timestampSeconds: 2 ** 31 - 1 },
    { path: 'home.z', value: 5, timestampSeconds: 2 ** 31 },
    { path: `long.${'x'.repeat(200)}`, value: 0, timestampSeconds: 2 ** 32 - 1 },
  ];
  const script = 'import json,pickle,sys; print(json.dumps(pickle.loads(sys.stdin.buffer.read())))';
  const read = execFileSync('python3', ['-c', script], { input: pickleMessage(points).subarray(4), encoding: 'utf8' });
  expect(JSON.parse(read)).toEqual(
    points.map(({ path, value, timestampSeconds }) => [path, [timestampSeconds, value]]),
  );
});
