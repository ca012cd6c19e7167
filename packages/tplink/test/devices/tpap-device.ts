import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, pbkdf2Sync } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import type { Answer, SeenRequest } from './http-device.ts';

const { Point } = p256;
const ORDER = Point.CURVE().n;
const M = Point.fromHex('02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f');
const N = Point.fromHex('03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49');

const SALT = Buffer.alloc(16, 7);
const DEVICE_RANDOM = Buffer.alloc(32, 9);
const Y = 0x1234_5678_9abc_def0n;

export interface TpapDeviceOptions {
  readonly username?: string;
  readonly password?: string;
  readonly tpap?: object;
  readonly expired?: number;
  readonly startSeq?: number;
  /** Changes of the results of login steps. */
  readonly change?: Readonly<Record<string, object>>;
  readonly answer?: (request: string) => string;
}

/** The device side of TPAP, which knows no more of the password than w0 and L = w1·G: the verifier of RFC 9383. */
export class TpapDevice {
  readonly steps: Record<string, unknown>[] = [];
  readonly questions: string[] = [];
  readonly seqs: number[] = [];
  /** Plain bodies to answer with instead of the next requests. */
  readonly plain: string[] = [];
  #share: Buffer = Buffer.alloc(0);
  #context: Buffer = Buffer.alloc(0);
  #session: { id: string; key: Buffer; nonce: Buffer } | undefined;
  readonly #options: TpapDeviceOptions;

  constructor(options: TpapDeviceOptions = {}) {
    this.#options = options;
  }

  get logins(): number {
    return this.steps.filter(({ sub_method }) => sub_method === 'pake_share').length;
  }

  readonly handle = ({ path, body }: SeenRequest): Answer => {
    if (path !== '/') return this.#request(path, body);
    const { params } = JSON.parse(body.toString());
    this.steps.push(params);
    const result = this.#step(params);
    if (typeof result === 'number') return { body: JSON.stringify({ error_code: result }) };
    const change = this.#options.change?.[params.sub_method];
    return { body: JSON.stringify({ error_code: 0, result: { ...result, ...change } }) };
  };

  #step(params: Record<string, string>): object | number {
    if (params['sub_method'] === 'discover') {
      return { mac: 'AA-BB-CC-00-11-25', tpap: { tls: 0, pake: [2], port: 80, ...this.#options.tpap } };
    }
    if (params['sub_method'] === 'pake_register')
      return this.#register(Buffer.from(params['user_random'] ?? '', 'base64'));
    return this.#confirm(
      Buffer.from(params['user_share'] ?? '', 'base64'),
      Buffer.from(params['user_confirm'] ?? '', 'base64'),
    );
  }

  #register(userRandom: Buffer): object {
    const { w0 } = this.#scalars();
    this.#share = Buffer.from(Point.BASE.multiply(Y).add(N.multiply(w0)).toBytes(false));
    this.#context = sha256(Buffer.from('PAKE V1'), userRandom, DEVICE_RANDOM);
    return {
      dev_random: DEVICE_RANDOM.toString('base64'),
      dev_salt: SALT.toString('base64'),
      dev_share: this.#share.toString('base64'),
      cipher_suites: 1,
      iterations: 100,
      encryption: 'aes_128_ccm',
      extra_crypt: { type: 'password_shadow', params: { passwd_id: 2 } },
    };
  }

  #confirm(userShare: Buffer, userConfirm: Buffer): object | number {
    const { w0, w1 } = this.#scalars();
    const unblinded = Point.fromBytes(userShare).subtract(M.multiply(w0));
    const hexW0 = w0.toString(16);
    const parts = [
      this.#context,
      Buffer.alloc(0),
      Buffer.alloc(0),
      M.toBytes(false),
      N.toBytes(false),
      userShare,
      this.#share,
      unblinded.multiply(Y).toBytes(false),
      Point.BASE.multiply(w1).multiply(Y).toBytes(false),
      Buffer.from(hexW0.padStart(hexW0.length + (hexW0.length % 2), '0'), 'hex'),
    ];
    const hash = sha256(...parts.flatMap((part) => [Buffer.from([part.length, 0, 0, 0, 0, 0, 0, 0]), part]));
    const keys = hkdf(hash, Buffer.alloc(32), 'ConfirmationKeys', 64);
    if (!hmac(keys.subarray(0, 32), this.#share).equals(userConfirm)) return -1501;
    const shared = hkdf(hash, Buffer.alloc(32), 'SharedKey', 32);
    const id = `STOK${this.logins}`;
    this.#session = {
      id,
      key: hkdf(shared, 'tp-kdf-salt-aes128-key', 'tp-kdf-info-aes128-key', 16),
      nonce: hkdf(shared, 'tp-kdf-salt-aes128-iv', 'tp-kdf-info-aes128-iv', 12),
    };
    return {
      dev_confirm: hmac(keys.subarray(32), userShare).toString('base64'),
      stok: id,
      start_seq: this.#options.startSeq ?? 5,
      expired: this.#options.expired ?? 86_400,
    };
  }

  #request(path: string, body: Buffer): Answer {
    const plain = this.plain.shift();
    if (plain !== undefined) return { body: plain };
    const session = this.#session;
    if (session === undefined || path !== `/stok=${session.id}/ds`) return { body: '{"error_code":9999}' };
    const seq = body.subarray(0, 4);
    const nonce = Buffer.concat([session.nonce.subarray(0, 8), seq]);
    const decipher = createDecipheriv('aes-128-ccm', session.key, nonce, { authTagLength: 16 });
    decipher.setAuthTag(body.subarray(-16));
    const question = decipher.update(body.subarray(4, -16)).toString();
    decipher.final();
    this.questions.push(question);
    this.seqs.push(seq.readUInt32BE());
    const cipher = createCipheriv('aes-128-ccm', session.key, nonce, { authTagLength: 16 });
    const text = cipher.update(this.#options.answer?.(question) ?? '{"error_code":0,"result":{}}');
    cipher.final();
    return { body: Buffer.concat([seq, text, cipher.getAuthTag()]) };
  }

  #scalars(): { w0: bigint; w1: bigint } {
    const secret = createHash('sha1')
      .update(this.#options.password ?? '')
      .digest('hex');
    const stretched = pbkdf2Sync(secret, SALT, 100, 80, 'sha256').toString('hex');
    return { w0: BigInt(`0x${stretched.slice(0, 80)}`) % ORDER, w1: BigInt(`0x${stretched.slice(80)}`) % ORDER };
  }
}

function sha256(...parts: Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function hkdf(secret: Buffer, salt: string | Buffer, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, length));
}
