import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  pbkdf2Sync,
  randomBytes,
} from 'node:crypto';
import {
  add,
  decodePoint,
  encodePoint,
  GENERATOR,
  multiply,
  negate,
  scalarFrom,
} from '../../../src/tplink/wire/p256.ts';
import { CodeError, CredentialsError, StatusError } from './errors.ts';
import { type Address, HttpClient } from './http.ts';

interface Result {
  readonly [field: string]: string | number | object;
}

const M = decodePoint(Buffer.from('02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f', 'hex'));
const N = decodePoint(Buffer.from('03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49', 'hex'));

function hkdf(key: Buffer, salt: Buffer | string, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, info, length));
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

/** The client's half of SPAKE2+ as PROTOCOLS §6 tells it; the point arithmetic is held by the vectors. */
export function clientShare(credential: string, register: Result, userRandom: Buffer, secret: Buffer) {
  const base64 = (field: string): Buffer => Buffer.from(String(register[field]), 'base64');
  const keys = pbkdf2Sync(credential, base64('dev_salt'), Number(register['iterations']), 80, 'sha256');
  const [w0, w1] = [scalarFrom(keys.subarray(0, 40)), scalarFrom(keys.subarray(40))];
  const x = scalarFrom(secret);
  const L = add(multiply(x, GENERATOR), multiply(w0, M));
  const R = decodePoint(base64('dev_share'));
  const bare = add(R, negate(multiply(w0, N)));
  const points = [M, N, L, R, multiply(x, bare), multiply(w1, bare)].map((point) => encodePoint(point));
  let scalar = Buffer.from(w0.toString(16).padStart(64, '0'), 'hex');
  while (scalar[0] === 0) scalar = scalar.subarray(1);
  if (scalar.length % 2 === 1 && scalar[0]! >= 128) scalar = Buffer.concat([Buffer.alloc(1), scalar]);
  const context = sha256(Buffer.concat([Buffer.from('PAKE V1'), userRandom, base64('dev_random')]));
  const empty = Buffer.alloc(0);
  const transcript = [context, empty, empty, ...points, scalar].flatMap((part) => {
    const length = Buffer.alloc(8);
    length.writeUInt32LE(part.length);
    return [length, part];
  });
  const secretHash = sha256(Buffer.concat(transcript));
  const confirmation = hkdf(secretHash, Buffer.alloc(32), 'ConfirmationKeys', 64);
  const mac = (key: Buffer, point: typeof L): Buffer => createHmac('sha256', key).update(encodePoint(point)).digest();
  return {
    share: encodePoint(L),
    userConfirm: mac(confirmation.subarray(0, 32), R),
    deviceConfirm: mac(confirmation.subarray(32), L),
    sharedKey: hkdf(secretHash, Buffer.alloc(32), 'SharedKey', 32),
  };
}

/** A client's side of TPAP. */
export class TpapClient {
  readonly http: HttpClient;
  #key = Buffer.alloc(16);
  #nonce = Buffer.alloc(12);
  #path = '';
  sequence = 0;

  constructor(address: Address) {
    this.http = new HttpClient(address);
  }

  /** @param credential the string that the device's `extra_crypt` asks for */
  async login(credential: string, fields: object = {}): Promise<this> {
    const userRandom = randomBytes(32);
    const register = await this.step({
      ...{ sub_method: 'pake_register', username: '21232f297a57a5a743894a0e4a801fc3', stok: null },
      ...{ user_random: userRandom.toString('base64'), passcode_type: 'userpw' },
      ...{ cipher_suites: [1], encryption: ['aes_128_ccm'] },
      ...fields,
    });
    const { share, userConfirm, deviceConfirm, sharedKey } = clientShare(
      credential,
      register,
      userRandom,
      randomBytes(32),
    );
    const [user_share, user_confirm] = [share.toString('base64'), userConfirm.toString('base64')];
    const reply = await this.step({ sub_method: 'pake_share', user_share, user_confirm });
    if (reply['dev_confirm'] !== deviceConfirm.toString('base64')) throw new CredentialsError('not this device');
    this.#key = hkdf(sharedKey, 'tp-kdf-salt-aes128-key', 'tp-kdf-info-aes128-key', 16) as Buffer<ArrayBuffer>;
    this.#nonce = hkdf(sharedKey, 'tp-kdf-salt-aes128-iv', 'tp-kdf-info-aes128-iv', 12) as Buffer<ArrayBuffer>;
    this.#path = `/stok=${reply['stok'] ?? reply['sessionId']}/ds`;
    this.sequence = Number(reply['start_seq']);
    return this;
  }

  async step(params: object): Promise<Result> {
    return this.#json('/', Buffer.from(JSON.stringify({ method: 'login', params })));
  }

  async ask<T>(request: object): Promise<T> {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(this.sequence);
    this.sequence += 1;
    const nonce = Buffer.concat([this.#nonce.subarray(0, 8), number]);
    const cipher = createCipheriv('aes-128-ccm', this.#key, nonce, { authTagLength: 16 });
    const text = Buffer.concat([cipher.update(JSON.stringify(request)), cipher.final()]);
    const body = Buffer.concat([number, text, cipher.getAuthTag()]);
    const reply = await this.http.post(this.#path, body);
    if (reply.status !== 200) throw new StatusError(reply.status);
    if (reply.body[0] === 0x7b)
      throw new CodeError((JSON.parse(reply.body.toString()) as { error_code: number }).error_code);
    const decipher = createDecipheriv('aes-128-ccm', this.#key, nonce, { authTagLength: 16 });
    decipher.setAuthTag(reply.body.subarray(-16));
    const answer = decipher.update(reply.body.subarray(4, -16));
    decipher.final();
    return JSON.parse(answer.toString('utf8')) as T;
  }

  async #json(path: string, body: Buffer): Promise<Result> {
    const reply = await this.http.post(path, body, { 'Content-Type': 'application/json' });
    if (reply.status !== 200) throw new StatusError(reply.status);
    const answer = JSON.parse(reply.body.toString('utf8')) as { error_code: number; result: Result };
    if (answer.error_code !== 0) throw new CodeError(answer.error_code);
    return answer.result;
  }

  [Symbol.dispose](): void {
    this.http.close();
  }
}
