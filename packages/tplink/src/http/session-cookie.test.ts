import { describe, expect, test } from 'vitest';
import { readSessionCookie } from './session-cookie.ts';

describe('the cookie of a session', () => {
  test.each([
    ['TP_SESSIONID=0A1B;TIMEOUT=1440', 'TP_SESSIONID=0A1B', 1_440],
    ['TP_SESSIONID=0A1B; timeout=86400; Path=/', 'TP_SESSIONID=0A1B', 86_400],
    ['SESSIONID=0A1B', 'TP_SESSIONID=0A1B', undefined],
    ['TP_SESSIONID=a=b;TIMEOUT=', 'TP_SESSIONID=a=b', undefined],
    ['TP_SESSIONID=x;TIMEOUT=0', 'TP_SESSIONID=x', undefined],
    ['TP_SESSIONID=x;TIMEOUT=-5', 'TP_SESSIONID=x', undefined],
    ['TP_SESSIONID=x;TIMEOUT=99999999999999', 'TP_SESSIONID=x', undefined],
  ])('in %j goes back as %j and lives for %j s', (header, cookie, timeoutSeconds) => {
    expect(readSessionCookie([header])).toEqual({ headers: { Cookie: cookie }, timeoutSeconds });
  });

  test('is found among others', () => {
    expect(readSessionCookie(['lang=de', 'TP_SESSIONID=x']).headers).toEqual({ Cookie: 'TP_SESSIONID=x' });
  });

  test.each([[[]], [['']], [['TP_SESSIONID=']], [['lang=de;TIMEOUT=5']], [['TP_SESSIONID=\u00ff\u0001']]])(
    'is not in %j',
    (cookies) => {
      expect(readSessionCookie(cookies)).toEqual({ headers: {}, timeoutSeconds: undefined });
    },
  );
});
