import { hkdfSync } from 'node:crypto';
import type { Credentials } from '../credentials.ts';
import { ProtocolError } from '../device-error.ts';
import { digest } from '../exchange/digest.ts';
import { asRecord, isRecord, type JsonRecord } from '../exchange/json-record.ts';
import { md5Crypt } from './md5-crypt.ts';
import { sha256Crypt } from './sha256-crypt.ts';

/**
 * What stands for an account in the key exchange: each device keeps something else and says in `extra_crypt` what.
 *
 * What this side cannot compute is an error, not a guess: a wrong guess is a failed login, and those lock the device.
 *
 * @param extraCrypt as it was sent
 * @param mac of the device, with separators or without
 * @throws {ProtocolError}
 */
export async function credentialString(
  extraCrypt: unknown,
  { username, password }: Credentials,
  mac: string,
): Promise<string> {
  if (extraCrypt === undefined || extraCrypt === null) return plain(username, password);
  const record = asRecord(extraCrypt, 'extra_crypt');
  const { type, params = {} } = record;
  const settings = asRecord(params, 'params of extra_crypt');
  if (type === undefined && Object.keys(record).length === 0) return plain(username, password);
  if (type === 'password_shadow') return shadow(settings, { username, password }, mac);
  if (type === 'password_sha_with_salt') return saltedSha256(settings, password);
  throw new ProtocolError(`type of extra_crypt: expected one that is known, found ${name(type)}`);
}

/**
 * The pass code of a device without an account, which offers `pake` 0: made from its MAC, as the TPAP branch of
 * python-kasa does it. No capture and no test vector has confirmed it yet.
 *
 * @throws {ProtocolError} when the MAC is none
 */
export function defaultPasscode(mac: string): string {
  const bytes = Buffer.from(hexOf(mac), 'hex');
  const secret = Buffer.concat([
    Buffer.from('GqY5o136oa4i6VprTlMW2DpVXxmfW8'),
    bytes.subarray(3, 6),
    bytes.subarray(0, 3),
  ]);
  const passcode = hkdfSync('sha256', secret, 'tp-kdf-salt-default-passcode', 'tp-kdf-info-default-passcode', 32);
  return Buffer.from(passcode).toString('hex').toUpperCase();
}

function plain(username: string, password: string): string {
  return username === '' ? password : `${username}/${password}`;
}

function shadow(params: JsonRecord, { username, password }: Credentials, mac: string): string | Promise<string> {
  const { passwd_id: id, passwd_prefix: prefix, passwd_rounds: rounds } = params;
  switch (id) {
    case 1:
      return md5Crypt(password, md5Salt(prefix));
    case 2:
      return hex('sha1', password);
    case 3:
      return hex('sha1', `${hex('md5', username)}_${withColons(mac)}`);
    case 5:
      return sha256Crypt(password, sha256Setting(prefix, rounds));
    default:
      throw new ProtocolError(`passwd_id of extra_crypt: expected 1, 2, 3 or 5, found ${name(id)}`);
  }
}

function saltedSha256({ sha_name: nameId, sha_salt: salt }: JsonRecord, password: string): string {
  if (typeof salt !== 'string') throw new ProtocolError(`sha_salt: expected base64, found ${typeof salt}`);
  const user = nameId === 0 ? 'admin' : 'user';
  return digest('sha256', user, Buffer.from(salt, 'base64'), password).toString('hex');
}

/** `$1$salt`, perhaps with the `$` that ends it. */
function md5Salt(prefix: unknown): string {
  const salt = typeof prefix === 'string' ? /^\$1\$([^$]*)/.exec(prefix)?.[1] : undefined;
  if (salt === undefined) throw new ProtocolError('passwd_prefix: expected one that begins with $1$');
  return salt;
}

/** `$5$salt` or `$5$rounds=N$salt`; the number can stand beside it instead. */
function sha256Setting(prefix: unknown, beside: unknown) {
  const parts = typeof prefix === 'string' ? /^\$5\$(?:rounds=(\d{1,9})\$)?([^$]*)/.exec(prefix) : null;
  if (parts === null) throw new ProtocolError('passwd_prefix: expected one that begins with $5$');
  const [, within, salt = ''] = parts;
  const rounds = within === undefined ? roundsBeside(beside) : Number(within);
  return { salt, rounds };
}

/** The default number is not named in the hash, unless the prefix names it. */
function roundsBeside(value: unknown): number | undefined {
  if (value === undefined || value === null || value === 5_000) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new ProtocolError(`passwd_rounds: expected a whole number, found ${typeof value}`);
}

function withColons(mac: string): string {
  return hexOf(mac).toUpperCase().match(/../g)?.join(':') ?? '';
}

function hexOf(mac: string): string {
  const hexDigits = mac.replace(/[:-]/g, '');
  if (/^[\da-f]{12}$/i.test(hexDigits)) return hexDigits;
  throw new ProtocolError(`mac: expected twelve hex digits, found ${hexDigits.length} characters`);
}

function hex(algorithm: 'md5' | 'sha1', text: string): string {
  return digest(algorithm, text).toString('hex');
}

/** What was found, short and without its inside. */
function name(value: unknown): string {
  return isRecord(value) || Array.isArray(value) ? 'an object' : String(value).slice(0, 40);
}
