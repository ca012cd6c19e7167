import type { Credentials } from '../credentials.ts';
import { digest } from '../exchange/digest.ts';

export type KlapVersion = 1 | 2;

/** What stands for an account in KLAP. The digests inside go in as bytes, and the user name exactly as registered. */
export function authHash(version: KlapVersion, { username, password }: Credentials): Buffer {
  if (version === 1) return digest('md5', digest('md5', username), digest('md5', password));
  return digest('sha256', digest('sha1', username), digest('sha1', password));
}
