import { expect, test } from 'vitest';
import { sansOf } from './client-certificate.ts';

test.each([
  ['', []],
  [
    'DNS:a.example, IP Address:192.0.2.1, email:a@b.example, URI:spiffe://a/b',
    ['a.example', '192.0.2.1', 'a@b.example', 'spiffe://a/b'],
  ],
  // What Node makes of one name that looks like two.
  ['DNS:"a.example, DNS:b.example", DNS:c.example', ['a.example, DNS:b.example', 'c.example']],
  ['DirName:"CN = a", DNS:a', ['a']],
  ['othername:<unsupported>', []],
])('the names in %j are %j', (subjectAltName, names) => {
  expect(sansOf({ subjectAltName })).toEqual(names);
});
