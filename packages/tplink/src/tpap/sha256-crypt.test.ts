import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../device-error.ts';
import { MOST_ROUNDS, sha256Crypt } from './sha256-crypt.ts';

describe('the SHA-256 hash of crypt(3)', () => {
  // By crypt(3) of glibc and `openssl passwd -5`.
  test.each([
    ['Hello world!', 'saltstring', undefined, '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
    [
      'Hello world!',
      'saltstringsaltstring',
      10_000,
      '$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA',
    ],
    ['x', 'abc', 5_000, '$5$rounds=5000$abc$sCOGUciM.GdmYMCUvmUcgu03oRH87O0clF96.9mwWGB'],
    ['x', 'abc', 1_000, '$5$rounds=1000$abc$UxKib5kobt2BZp/yfOEWbjik.BPMiS9MzbXyO6zXMC0'],
    ['', 'abcdefghi', undefined, '$5$abcdefghi$UM73isk8bmbqvGDwvoVb1d6FCC00r02S6e0ZRW5K51A'],
    ['pä$$wörd', 'abcdefghi', undefined, '$5$abcdefghi$kFifAzvQIJNZ6N1HukeKfAYZmCJfhnlzIunyqdAHAVB'],
    ['x'.repeat(70), 'abcdefghi', undefined, '$5$abcdefghi$lQOLmXwTbs5eb6Z36rTOgn7b09MfjiRvKMXyd5s7OOC'],
  ])('of %j is what others compute', async (password, salt, rounds, hash) => {
    expect(await sha256Crypt(password, { salt, rounds })).toBe(hash);
  });

  test('has a thousand rounds at least, and an end', async () => {
    expect(await sha256Crypt('x', { salt: 'abc', rounds: 1 })).toMatch(/^\$5\$rounds=1000\$/);
    for (const rounds of [MOST_ROUNDS + 1, 999_999_999, Number.NaN]) {
      await expect(sha256Crypt('x', { salt: 'abc', rounds })).rejects.toThrow(ProtocolError);
    }
  });
});
