import { DeadlineExceededError } from '@device-exporters/retry';
import { describe, expect, test } from 'vitest';
import { ConnectionEnded } from './end-reason.ts';
import { networkFailure, statusFailure } from './network-error.ts';

function withCode(code: string): Error {
  return Object.assign(new Error(`it says ${code}`), { code });
}

describe('a failure of the network', () => {
  test.each([
    ['unreachable', withCode('ECONNREFUSED')],
    ['unreachable', withCode('ENOTFOUND')],
    ['unreachable', withCode('EHOSTUNREACH')],
    ['unreachable', new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')])],
    ['timeout', new DeadlineExceededError('too late')],
    ['encryption', withCode('DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['encryption', withCode('ERR_TLS_CERT_ALTNAME_INVALID')],
    ['encryption', withCode('CERT_HAS_EXPIRED')],
    ['encryption', withCode('ERR_SSL_WRONG_VERSION_NUMBER')],
    ['encryption', withCode('EPROTO')],
    ['closed', withCode('ECONNRESET')],
    ['closed', withCode('EPIPE')],
    ['protocol', withCode('HPE_INVALID_CONSTANT')],
    ['protocol', withCode('WS_ERR_INVALID_UTF8')],
    ['other', withCode('EMFILE')],
    ['other', new Error('without a code')],
    ['other', undefined],
  ])('is %s: %j', (reason, error) => {
    expect(networkFailure(error, 'cannot connect').reason).toBe(reason);
  });

  test('says what was attempted and what went wrong', () => {
    const cause = withCode('ECONNREFUSED');
    const failure = networkFailure(cause, 'cannot connect to ws://192.0.2.10:80');
    expect(failure.message).toBe('cannot connect to ws://192.0.2.10:80: it says ECONNREFUSED');
    expect(failure.cause).toBe(cause);
  });

  test('says of a port without TLS what it is', () => {
    const text =
      'write EPROTO 405D:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:a.c:77:\n';
    const { message } = networkFailure(Object.assign(new Error(text), { code: 'EPROTO' }), 'cannot get https://h');
    expect(message).toBe('cannot get https://h: what listens there does not speak TLS');
  });

  test('that is known already stays what it is', () => {
    const known = new ConnectionEnded('blocked', 'blocked');
    expect(networkFailure(known, 'anything')).toBe(known);
  });
});

test.each([
  [503, 'starting_up'],
  [401, 'authentication'],
  [403, 'blocked'],
  [404, 'protocol'],
  [302, 'protocol'],
  [undefined, 'protocol'],
])('HTTP status %s means %s', (status, reason) => {
  const failure = statusFailure(status, 'cannot get it');
  expect(failure.reason).toBe(reason);
  expect(failure.message).toContain(`cannot get it: HTTP status ${status}`);
});
