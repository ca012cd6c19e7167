import { describe, expect, test } from 'vitest';
import { sessionLifeMs } from './session-life.ts';

describe('a session', () => {
  test.each([
    [undefined, 85_200],
    [86_400, 85_200],
    [3_600, 2_400],
    [1_440, 240],
    [1_201, 60],
    [1_200, 600],
    [600, 300],
    [1, 0.5],
  ])('that the device keeps for %j s is used for %j s', (timeoutSeconds, seconds) => {
    expect(sessionLifeMs(timeoutSeconds)).toBe(seconds * 1_000);
  });
});
