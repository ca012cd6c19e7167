import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { CredentialsError, StatusError } from './errors.ts';
import { type Address, HttpClient } from './http.ts';

function hash(algorithm: string, ...parts: readonly (Uint8Array | string)[]): Buffer {
  return createHash(algorithm)
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();
}

/** A client's side of KLAP, written from PROTOCOLS §4 and sharing nothing with the device's. */
export class KlapClient {
  readonly http: HttpClient;
  readonly #version: 1 | 2;
  #base = Buffer.alloc(0);
  /** The last request's number. */
  sequence = 0;

  constructor(address: Address, version: 1 | 2 = 2) {
    this.http = new HttpClient(address);
    this.#version = version;
  }

  async login(user: string, password: string): Promise<this> {
    const [first, both] = this.#version === 1 ? ['md5', 'md5'] : ['sha1', 'sha256'];
    const secret = hash(both!, hash(first!, user), hash(first!, password));
    const local = randomBytes(16);
    this.http.cookie = undefined;
    const one = await this.http.post('/app/handshake1', local);
    if (one.status !== 200) throw new StatusError(one.status);
    const [remote, proof] = [one.body.subarray(0, 16), one.body.subarray(16)];
    const expected = this.#version === 1 ? hash('sha256', local, secret) : hash('sha256', local, remote, secret);
    if (!expected.equals(proof)) throw new CredentialsError('the device does not know these credentials');
    const own = this.#version === 1 ? hash('sha256', remote, secret) : hash('sha256', remote, local, secret);
    const two = await this.http.post('/app/handshake2', own);
    if (two.status !== 200) throw new StatusError(two.status);
    this.#base = Buffer.concat([local, remote, secret]);
    this.sequence = hash('sha256', 'iv', this.#base).readInt32BE(28);
    return this;
  }

  /** Asks, and reads the answer as JSON. */
  async ask<T>(request: object): Promise<T> {
    return JSON.parse(await this.askText(JSON.stringify(request))) as T;
  }

  async askText(request: string): Promise<string> {
    this.sequence += 1;
    const number = Buffer.alloc(4);
    number.writeInt32BE(this.sequence);
    const key = hash('sha256', 'lsk', this.#base).subarray(0, 16);
    const iv = Buffer.concat([hash('sha256', 'iv', this.#base).subarray(0, 12), number]);
    const signature = hash('sha256', 'ldk', this.#base).subarray(0, 28);
    const cipher = createCipheriv('aes-128-cbc', key, iv);
    const text = Buffer.concat([cipher.update(request), cipher.final()]);
    const body = Buffer.concat([hash('sha256', signature, number, text), text]);
    const reply = await this.http.post(`/app/request?seq=${this.sequence}`, body);
    if (reply.status !== 200) throw new StatusError(reply.status);
    const answer = reply.body.subarray(32);
    if (!hash('sha256', signature, number, answer).equals(reply.body.subarray(0, 32))) throw new Error('bad signature');
    const decipher = createDecipheriv('aes-128-cbc', key, iv);
    return Buffer.concat([decipher.update(answer), decipher.final()]).toString('utf8');
  }

  [Symbol.dispose](): void {
    this.http.close();
  }
}
