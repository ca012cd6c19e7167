import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../device-error.ts';
import { credentialString, defaultPasscode } from './credential-string.ts';

const ACCOUNT = { username: 'user@example.com', password: 'S3cret!pass' };
const MAC = 'AA-BB-CC-00-11-25';
const of = (extraCrypt: unknown, mac = MAC) => credentialString(extraCrypt, ACCOUNT, mac);
const shadow = (params: object) => ({ type: 'password_shadow', params });

describe('what stands for an account', () => {
  test.each([undefined, null, {}])('is the account itself when a device asks for %j', async (extraCrypt) => {
    expect(await of(extraCrypt)).toBe('user@example.com/S3cret!pass');
    expect(await credentialString(extraCrypt, { username: '', password: 'x' }, MAC)).toBe('x');
  });

  test.each([
    [shadow({ passwd_id: 1, passwd_prefix: '$1$abcdefgh$' }), '$1$abcdefgh$GHnp5aUKbJu5/wfs7w5Uw1'],
    [shadow({ passwd_id: 1, passwd_prefix: '$1$abcdefgh' }), '$1$abcdefgh$GHnp5aUKbJu5/wfs7w5Uw1'],
    [shadow({ passwd_id: 2 }), 'af977a413d44e37474905cba9774c6e69661ceff'],
    [shadow({ passwd_id: 3 }), '46df87358d4b55fc55dbca0e98f19f8349b663b8'],
    [
      shadow({ passwd_id: 5, passwd_prefix: '$5$abcdefghi$' }),
      '$5$abcdefghi$QQpev6K.B56Kc1mPhXgl5Nspb.FXhr/fMOZVlKlUXo1',
    ],
    [
      shadow({ passwd_id: 5, passwd_prefix: '$5$abcdefghi', passwd_rounds: 5_000 }),
      '$5$abcdefghi$QQpev6K.B56Kc1mPhXgl5Nspb.FXhr/fMOZVlKlUXo1',
    ],
    [
      { type: 'password_sha_with_salt', params: { sha_name: 0, sha_salt: 'cGVwcGVy' } },
      '4f6f486683c9af8af6b55d2e4a1ada4a9bc024bcc675102fb83d45f7e2277130',
    ],
  ])('of %j is what others compute', async (extraCrypt, expected) => {
    expect(await of(extraCrypt)).toBe(expected);
  });

  test('takes the rounds from the prefix, or from beside it', async () => {
    const within = await of(shadow({ passwd_id: 5, passwd_prefix: '$5$rounds=1500$abc$', passwd_rounds: 7_000 }));
    const beside = await of(shadow({ passwd_id: 5, passwd_prefix: '$5$abc$', passwd_rounds: 1_500 }));
    expect(within).toMatch(/^\$5\$rounds=1500\$abc\$/);
    expect(beside).toBe(within);
  });

  test('takes the MAC with any separators, or none', async () => {
    const expected = await of(shadow({ passwd_id: 3 }));
    for (const mac of ['aabbcc001125', 'aa:bb:cc:00:11:25'])
      expect(await of(shadow({ passwd_id: 3 }), mac)).toBe(expected);
  });

  test('tells the two users of a salted hash apart', async () => {
    const salted = (name: number) =>
      of({ type: 'password_sha_with_salt', params: { sha_name: name, sha_salt: 'AA==' } });
    expect(await salted(0)).not.toBe(await salted(1));
  });

  test.each([
    'text',
    [],
    7,
    { type: 'password_shadow' },
    { type: 'password_shadow', params: 'x' },
    { type: 'password_dance', params: {} },
    { type: { secret: 1 } },
    shadow({ passwd_id: 4 }),
    shadow({ passwd_id: '2' }),
    shadow({ passwd_id: 1 }),
    shadow({ passwd_id: 1, passwd_prefix: '$5$abc' }),
    shadow({ passwd_id: 5, passwd_prefix: '$1$abc' }),
    shadow({ passwd_id: 5, passwd_prefix: '$5$rounds=999999999$abc' }),
    shadow({ passwd_id: 5, passwd_prefix: '$5$abc', passwd_rounds: 'many' }),
    shadow({ passwd_id: 5, passwd_prefix: '$5$abc', passwd_rounds: 1e12 }),
    { type: 'password_sha_with_salt', params: { sha_name: 0 } },
  ])('cannot be guessed for %j', async (extraCrypt) => {
    await expect(of(extraCrypt)).rejects.toThrow(ProtocolError);
  });

  test('cannot be made of a MAC that is none', async () => {
    await expect(of(shadow({ passwd_id: 3 }), 'xx')).rejects.toThrow('mac: expected twelve hex digits');
    expect(() => defaultPasscode('')).toThrow(ProtocolError);
  });
});

test('the pass code of a device without an account is made of its MAC', () => {
  expect(defaultPasscode(MAC)).toMatch(/^[\dA-F]{64}$/);
  expect(defaultPasscode('aabbcc001125')).toBe(defaultPasscode(MAC));
  expect(defaultPasscode('AA-BB-CC-00-11-26')).not.toBe(defaultPasscode(MAC));
});
