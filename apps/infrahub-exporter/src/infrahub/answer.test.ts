import { expect, test } from 'vitest';
import { hasReference, readReference } from '../../test/reference.ts';
import { checkAnswer, messagesOf } from './answer.ts';
import { InfrahubError } from './errors.ts';
import { parseJson } from './json.ts';

interface Case {
  readonly case: string;
  readonly status: number;
  readonly body: unknown;
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'protocol',
  401: 'auth',
  403: 'forbidden',
  404: 'not_found',
  422: 'schema',
  429: 'rate_limited',
  500: 'server_error',
  502: 'server_error',
  503: 'server_error',
};

function answerOf({ status, body }: Case, headers: Readonly<Record<string, string>> = {}) {
  const isText = typeof body === 'string';
  const all: Record<string, string> = { 'content-type': isText ? 'text/html' : 'application/json', ...headers };
  return { status, body: isText ? body : JSON.stringify(body), header: (name: string) => all[name] };
}

function refusalOf(answer: Parameters<typeof checkAnswer>[0]): InfrahubError {
  try {
    checkAnswer(answer, 'POST /graphql/main', Date.UTC(2026, 0, 1));
  } catch (error) {
    if (error instanceof InfrahubError) return error;
  }
  throw new Error('was accepted');
}

test.skipIf(!hasReference)('every answer of the reference that is an error has its reason and its message', () => {
  const refused = readReference<Case[]>('errors.json').filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(8);
  for (const one of refused) {
    const error = refusalOf(answerOf(one));
    expect([one.case, error.reason]).toEqual([one.case, REASONS[one.status]]);
    const { errors } = (typeof one.body === 'string' ? {} : one.body) as { errors?: unknown };
    expect(error.message).toContain(messagesOf(errors));
  }
});

test('a page of a proxy is no answer, whatever its status', () => {
  const error = refusalOf(answerOf({ case: '', status: 200, body: '<!doctype html><title>Sign in</title>' }));
  expect([error.reason, error.message]).toEqual(['protocol', expect.stringContaining('found text/html')]);
});

test.each([
  ['7', 7_000],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['soon', undefined],
])('Retry-After: %s means %i ms', (text, waitMs) => {
  expect(refusalOf(answerOf({ case: '', status: 429, body: {} }, { 'retry-after': text })).retryAfterMs).toBe(waitMs);
});

test('a number that a double cannot hold keeps its digits', () => {
  expect(
    parseJson('{"a":9223372036854775807,"b":9007199254740991,"c":0.1000000000000000055,"d":"1234567890123456789"}'),
  ).toEqual({
    a: 9223372036854775807n,
    b: 9007199254740991,
    c: 0.1,
    d: '1234567890123456789',
  });
});

test('nobody has to be left alone for longer than an hour', () => {
  const given: Case = { case: '', status: 429, body: {} };
  expect(refusalOf(answerOf(given, { 'retry-after': '99999999999' })).retryAfterMs).toBe(3_600_000);
  expect(refusalOf(answerOf(given, { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' })).retryAfterMs).toBe(3_600_000);
});
