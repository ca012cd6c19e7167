import { describe, expect, test } from 'vitest';
import { md5Crypt } from './md5-crypt.ts';

describe('the MD5 hash of crypt(3)', () => {
  // By `openssl passwd -1`.
  test.each([
    ['', '$1$abcdefgh$M55TzYaaccxVGbptZWaxX/'],
    ['a', '$1$abcdefgh$jUYc1Xi7pkozuzWQ0Dft71'],
    ['password', '$1$abcdefgh$G//4keteveJp0qb8z2DxG/'],
    ['S3cret!pass', '$1$abcdefgh$GHnp5aUKbJu5/wfs7w5Uw1'],
    ['pä$$wörd', '$1$abcdefgh$NZzKgXdC2TCdKQgASyLK50'],
    ['x'.repeat(70), '$1$abcdefgh$qZQJZIj/wBFysso0hpBg61'],
  ])('of %j is what others compute', (password, hash) => {
    expect(md5Crypt(password, 'abcdefgh')).toBe(hash);
    expect(md5Crypt(password, 'abcdefghij')).toBe(hash);
  });
});
