import { createHash } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import type { Login } from './klap.ts';

/** How a TPAP device wants the credentials to be prepared (`extra_crypt`, PROTOCOLS §6). */
export type Passcode =
  /** `user/password`; no `extra_crypt`. */
  | { readonly type: 'plain' }
  /** 2: hex SHA-1 of the password. 3: hex SHA-1 of hex MD5 of the user, `_` and the MAC. */
  | { readonly type: 'password_shadow'; readonly passwordId: 2 | 3 }
  /** Hex SHA-256 of name, salt and password; 0 takes `admin` for the name, 1 the user. */
  | { readonly type: 'password_sha_with_salt'; readonly shaName: 0 | 1; readonly salt: Uint8Array };

/** What `pake_register` answers in `extra_crypt`. */
export function extraCrypt(passcode: Passcode): JsonObject | undefined {
  switch (passcode.type) {
    case 'plain':
      return undefined;
    case 'password_shadow':
      return { type: passcode.type, params: { passwd_id: passcode.passwordId } };
    case 'password_sha_with_salt': {
      const sha_salt = Buffer.from(passcode.salt).toString('base64');
      return { type: passcode.type, params: { sha_name: passcode.shaName, sha_salt } };
    }
  }
}

/**
 * The text that the client has to make of its credentials.
 *
 * @param mac twelve hex digits, whatever stands between them
 */
export function credentialString(passcode: Passcode, { user, password }: Login, mac: string): string {
  switch (passcode.type) {
    case 'plain':
      return `${user}/${password}`;
    case 'password_shadow':
      if (passcode.passwordId === 2) return hex('sha1', password);
      return hex('sha1', `${hex('md5', user)}_${withColons(mac)}`);
    case 'password_sha_with_salt': {
      const name = passcode.shaName === 0 ? 'admin' : user;
      return hex('sha256', Buffer.concat([Buffer.from(name), passcode.salt, Buffer.from(password)]));
    }
  }
}

/** What `pake_register` has to give as `username`: never the user, but a hash of the word admin. */
export function registerName(userHashType: 0 | 1): string {
  return userHashType === 0 ? hex('md5', 'admin') : hex('sha256', 'admin').toUpperCase();
}

function withColons(mac: string): string {
  const digits = mac.replaceAll(/[^0-9A-Fa-f]/g, '').toUpperCase();
  return (digits.match(/../g) ?? []).join(':');
}

function hex(algorithm: 'md5' | 'sha1' | 'sha256', data: Uint8Array | string): string {
  return createHash(algorithm).update(data).digest('hex');
}
