import { expect, test } from 'vitest';
import { ExportError, isWorthRetrying, toExportError } from './export-error.ts';

const failure = (message: string, code?: number | string): Error => Object.assign(new Error(message), { code });

test.each([
  [failure('14 UNAVAILABLE: no connection', 14), 'unavailable', true],
  [failure('4 DEADLINE_EXCEEDED', 4), 'timeout', true],
  [failure('8 RESOURCE_EXHAUSTED: too large', 8), 'too_large', false],
  [failure('16 UNAUTHENTICATED', 16), 'unauthorized', false],
  [failure('12 UNIMPLEMENTED', 12), 'refused', false],
  [failure('Payload Too Large', 413), 'too_large', false],
  [failure('Forbidden', 403), 'unauthorized', false],
  [failure('Not Found', 404), 'refused', false],
  [failure('Export failed with retryable status'), 'unavailable', true],
  [failure('Request timed out'), 'timeout', true],
  [failure('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'), 'unavailable', true],
  [failure('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls', false],
  [failure('14 UNAVAILABLE: unable to verify the first certificate', 14), 'tls', false],
  [failure('something else'), 'internal', false],
  [undefined, 'internal', false],
] as const)('%s is %s', (error, reason, isRetried) => {
  const translated = toExportError(error);
  expect(translated).toBeInstanceOf(ExportError);
  expect(translated.reason).toBe(reason);
  expect(isWorthRetrying(translated)).toBe(isRetried);
});
