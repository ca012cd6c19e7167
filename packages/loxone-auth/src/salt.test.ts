import { describe, expect, test } from 'vitest';
import { Salt } from './salt.ts';

const HOUR_MS = 3_600_000;

function setup(limits = { maxAgeMs: HOUR_MS, maxUses: 100 }) {
  let nowMs = 5_000;
  let salts = 0;
  const random = (count: number) => {
    salts += 1;
    return new Uint8Array(count).fill(salts);
  };
  const clock = { monotonicMs: () => nowMs };
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { salt: new Salt(limits, clock, random), wait };
}

const FIRST = '01'.repeat(16);
const SECOND = '02'.repeat(16);
const THIRD = '03'.repeat(16);

describe('the salt of a connection', () => {
  test('stays the same from command to command', () => {
    const { salt } = setup();
    expect([salt.next(), salt.next()]).toEqual([`salt/${FIRST}`, `salt/${FIRST}`]);
  });

  test('is announced when it changes for its age, and then stays', () => {
    const { salt, wait } = setup();
    salt.next();
    wait(HOUR_MS - 1);
    expect(salt.next()).toBe(`salt/${FIRST}`);
    wait(1);
    expect(salt.next()).toBe(`nextSalt/${FIRST}/${SECOND}`);
    wait(HOUR_MS - 1);
    expect(salt.next()).toBe(`salt/${SECOND}`);
  });

  test('is announced when it changes after so many uses', () => {
    const { salt } = setup({ maxAgeMs: HOUR_MS, maxUses: 2 });
    expect([1, 2, 3, 4, 5].map(() => salt.next())).toEqual([
      `salt/${FIRST}`,
      `salt/${FIRST}`,
      `nextSalt/${FIRST}/${SECOND}`,
      `salt/${SECOND}`,
      `nextSalt/${SECOND}/${THIRD}`,
    ]);
  });

  test('may change with every command', () => {
    const { salt } = setup({ maxAgeMs: HOUR_MS, maxUses: 1 });
    expect([1, 2, 3].map(() => salt.next())).toEqual([
      `salt/${FIRST}`,
      `nextSalt/${FIRST}/${SECOND}`,
      `nextSalt/${SECOND}/${THIRD}`,
    ]);
  });

  test('is never announced before there was one', () => {
    const { salt, wait } = setup({ maxAgeMs: 0, maxUses: 0 });
    wait(HOUR_MS);
    expect(salt.next()).toBe(`salt/${FIRST}`);
  });
});
