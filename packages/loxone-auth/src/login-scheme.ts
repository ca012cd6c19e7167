import type { HashAlgorithm } from './hash-algorithm.ts';

/**
 * How to log in with a password: `jwt` by `getjwt`, `token` by `gettoken` with the same arguments, `hash` by
 * `authenticate`.
 */
export type LoginScheme = 'jwt' | 'token' | 'hash';

/** In the order of trying; each with the first firmware that is known to have it. */
const SCHEMES: readonly { readonly scheme: LoginScheme; readonly since: string }[] = [
  { scheme: 'jwt', since: '10.2' },
  { scheme: 'token', since: '9.0' },
  { scheme: 'hash', since: '0' },
];

/** The scheme of a firmware; of an unknown one the newest. */
export function loginSchemeFor(firmware: string | undefined): LoginScheme {
  if (firmware === undefined) return 'jwt';
  return SCHEMES.find(({ since }) => isAtLeast(firmware, since))?.scheme ?? 'hash';
}

/**
 * The scheme to try after one was answered with a code, or undefined when there is nothing more to try.
 *
 * Only 404, "unknown command", leads to another. 401 must not: the password is wrong in every scheme, and each try
 * counts towards the block that locks out everybody at this address, the owner's app included.
 */
export function nextScheme(scheme: LoginScheme, code: number): LoginScheme | undefined {
  if (code !== 404) return undefined;
  return SCHEMES[SCHEMES.findIndex((candidate) => candidate.scheme === scheme) + 1]?.scheme;
}

/**
 * The algorithm of a token's hashes: SHA256 from firmware 10.4 on, and of an unknown one.
 *
 * It is kept with the token. A user whose password is older than that firmware has SHA1 in `getkey2` and SHA256 here.
 */
export function tokenAlgorithmFor(firmware: string | undefined): HashAlgorithm {
  return firmware === undefined || isAtLeast(firmware, '10.4') ? 'SHA256' : 'SHA1';
}

/** Number by number: 10.2.3.26 comes after 9.10. The comparison of `loxone-protocol`; neither package imports the other. */
function isAtLeast(firmware: string, version: string): boolean {
  const found = firmware.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const wanted = version.split('.').map(Number);
  const differing = wanted.findIndex((part, index) => (found[index] ?? 0) !== part);
  return differing === -1 || (found[differing] ?? 0) > (wanted[differing] ?? 0);
}
