import { describe, expect, test } from 'vitest';
import { describeError } from './describe-error.ts';
import { createLimiter } from './limiter.ts';
import { createLog, silentLog } from './log.ts';

function capture(format: 'json' | 'logfmt', level: 'debug' | 'info' | 'warning' | 'error' = 'info') {
  const lines: string[] = [];
  return { lines, ...createLog({ format, level, write: (line) => lines.push(line) }) };
}

describe('the log', () => {
  test('writes one JSON object a line', () => {
    const { log, lines } = capture('json');
    log.info({ device: 'a', err: new Error('broken', { cause: new Error('pipe') }) }, 'device is lost');
    const record = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(record).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'INFO',
      msg: 'device is lost',
      device: 'a',
      err: 'broken: pipe',
    });
  });

  test('writes the same keys as logfmt, on one line whatever they hold', () => {
    const { log, lines } = capture('logfmt');
    log.warn(
      { device: 'a b', 'odd key': 'x"y', n: 1, list: [1], text: 'two\nlines', empty: '', none: undefined },
      'hello there',
    );
    expect(lines[0]).toMatch(
      /^time=\S+ level=WARN msg="hello there" device="a b" odd_key="x\\"y" n=1 list=\[1\] text="two\\nlines" empty=""\n$/,
    );
  });

  test('changes the level of all its children at run time', () => {
    const { log, lines, setLevel } = capture('json', 'warning');
    const child = log.child({ device: 'a' }).child({ part: 'b' });
    child.info({}, 'unheard');
    setLevel('debug');
    child.debug({}, 'heard');
    setLevel('error');
    child.warn({}, 'unheard');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['heard']);
  });

  test('hides what is under the key of a secret', () => {
    const { log, lines } = capture('json');
    log.info(
      { password: 'hunter2', request: { headers: { authorization: 'hunter2' } }, config: { token: 'hunter2' } },
      'x',
    );
    expect(lines.join()).not.toContain('hunter2');
    expect(lines.join()).toContain('<secret>');
  });

  test('can be silent', () => {
    expect(() => silentLog().error({}, 'unheard')).not.toThrow();
  });
});

describe('an error in one sentence', () => {
  test.each([
    ['text', 'text'],
    [undefined, 'unknown error'],
    [new Error('a', { cause: new Error('b', { cause: 'c' }) }), 'a: b: c'],
    [new Error('a: b', { cause: new Error('b') }), 'a: b'],
    [new AggregateError([new Error('v4'), new Error('v6')]), 'v4, v6'],
    [new TypeError(''), 'TypeError'],
  ])('%#', (error, text) => expect(describeError(error)).toBe(text));

  test('ends where causes go in circles', () => {
    const [a, b] = [new Error('a'), new Error('b')];
    a.cause = b;
    b.cause = a;
    expect(describeError(a)).toBe('a: b: a: b: a: b');
  });
});

test('a limiter lets an event through once per interval and counts the rest', () => {
  let now = 0;
  const limiter = createLimiter(1000, () => now);
  expect([limiter('a'), limiter('a'), limiter('b'), limiter('a')]).toEqual([0, undefined, 0, undefined]);
  now = 1000;
  expect([limiter('a'), limiter('a')]).toEqual([2, undefined]);
});
