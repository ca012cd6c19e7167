import type { Credentials } from '../credentials.ts';
import { digest } from '../exchange/digest.ts';

/** How a device wants the password: `lv` of its discovery answer. */
export type LoginVersion = 1 | 2;

/** The request that logs in: names and passwords are base64 of hex digests, the password of version 1 of itself. */
export function loginRequest(version: LoginVersion, { username, password }: Credentials, nowMs: number): string {
  const secret = version === 1 ? { password: base64(password) } : { password2: base64(hexSha1(password)) };
  return JSON.stringify({
    method: 'login_device',
    params: { ...secret, username: base64(hexSha1(username)) },
    request_time_milis: Math.round(nowMs),
  });
}

function hexSha1(text: string): string {
  return digest('sha1', text).toString('hex');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
