import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto';
import { CodeError, StatusError } from './errors.ts';
import { type Address, HttpClient } from './http.ts';

interface Reply {
  readonly error_code: number;
  readonly result?: { readonly key?: string; readonly response?: string; readonly token?: string };
}

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });

/** Takes PKCS#1 v1.5 padding off by hand, which node refuses to do (PROTOCOLS §5). */
export function unwrap(key: KeyObject, wrapped: Buffer): Buffer {
  const padded = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, wrapped);
  if (padded[0] !== 0 || padded[1] !== 2) throw new Error('bad padding');
  return padded.subarray(padded.indexOf(0, 10) + 1);
}

/** A client's side of AES securePassthrough, written from PROTOCOLS §5. */
export class AesClient {
  readonly http: HttpClient;
  #secret = Buffer.alloc(32);
  #token = '';

  constructor(address: Address) {
    this.http = new HttpClient(address);
  }

  async handshake(key = publicKey.export({ type: 'spki', format: 'pem' }).toString()): Promise<this> {
    this.http.cookie = undefined;
    const reply = await this.post('/app', { method: 'handshake', params: { key } });
    this.#secret = unwrap(privateKey, Buffer.from(reply.result?.key ?? '', 'base64')) as Buffer<ArrayBuffer>;
    return this;
  }

  async login(user: string, password: string, version: 1 | 2 = 2): Promise<this> {
    const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const secret = version === 1 ? { password: base64(password) } : { password2: base64(sha1(password)) };
    const params = { username: base64(sha1(user)), ...secret };
    const reply = await this.ask<Reply>({ method: 'login_device', params, request_time_milis: Date.now() });
    if (reply.error_code !== 0) throw new CodeError(reply.error_code);
    this.#token = `?token=${reply.result?.token}`;
    return this;
  }

  async ask<T>(request: object): Promise<T> {
    const cipher = createCipheriv('aes-128-cbc', this.#secret.subarray(0, 16), this.#secret.subarray(16));
    const text = Buffer.concat([cipher.update(JSON.stringify(request)), cipher.final()]).toString('base64');
    const reply = await this.post(`/app${this.#token}`, { method: 'securePassthrough', params: { request: text } });
    const response = reply.result?.response ?? '';
    if (response.startsWith('{')) return JSON.parse(response) as T;
    const decipher = createDecipheriv('aes-128-cbc', this.#secret.subarray(0, 16), this.#secret.subarray(16));
    const answer = Buffer.concat([decipher.update(Buffer.from(response, 'base64')), decipher.final()]);
    return JSON.parse(answer.toString('utf8')) as T;
  }

  async post(path: string, message: object | string): Promise<Reply> {
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    const reply = await this.http.post(path, body, { 'Content-Type': 'application/json', requestByApp: 'true' });
    if (reply.status !== 200) throw new StatusError(reply.status);
    const answer = JSON.parse(reply.body.toString('utf8')) as Reply;
    if (answer.error_code !== 0) throw new CodeError(answer.error_code);
    return answer;
  }

  [Symbol.dispose](): void {
    this.http.close();
  }
}
