import { constants, createCipheriv, createDecipheriv, createHash, publicEncrypt } from 'node:crypto';
import type { Answer, SeenRequest } from './http-device.ts';

export interface AesDeviceOptions {
  readonly username?: string;
  readonly password?: string;
  readonly loginVersion?: 1 | 2;
  /** What a wrong login is answered with. Default -1501. */
  readonly refusal?: number;
  readonly answer?: (request: string) => string;
}

interface AesMessage {
  readonly method: string;
  readonly params: { readonly key?: string; readonly request?: string } & Record<string, string>;
}

/** The device side of `securePassthrough`, as the published description has it. */
export class AesDevice {
  readonly keys: string[] = [];
  readonly logins: object[] = [];
  /** Envelopes to answer with instead of the next requests after the login. */
  readonly envelopes: string[] = [];
  /** Whether answers go out without encryption. */
  isPlain = false;
  #secret = Buffer.alloc(0);
  #token: string | undefined;
  readonly #options: AesDeviceOptions;

  constructor(options: AesDeviceOptions = {}) {
    this.#options = options;
  }

  restart(): void {
    this.#token = undefined;
  }

  readonly handle = ({ path, query, body, headers }: SeenRequest): Answer => {
    if (path !== '/app') return { status: 404 };
    const message: AesMessage = JSON.parse(body.toString());
    if (message.method === 'handshake') return this.#handshake(message.params.key ?? '');
    if (headers.cookie !== `TP_SESSIONID=aes${this.keys.length}`) return { body: '{"error_code":9999}' };
    const question = this.#open(message.params.request ?? '');
    if (JSON.parse(question).method === 'login_device') return this.#seal(this.#logIn(JSON.parse(question).params));
    const envelope = this.envelopes.shift();
    if (envelope !== undefined) return { body: envelope };
    if (this.#token === undefined || query.get('token') !== this.#token) return { body: '{"error_code":9999}' };
    return this.#seal(this.#options.answer?.(question) ?? '{"error_code":0,"result":{}}');
  };

  #handshake(key: string): Answer {
    this.keys.push(key);
    this.#token = undefined;
    this.#secret = Buffer.alloc(32, this.keys.length);
    const encrypted = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, this.#secret);
    return {
      body: JSON.stringify({ error_code: 0, result: { key: encrypted.toString('base64') } }),
      headers: { 'Set-Cookie': `TP_SESSIONID=aes${this.keys.length};TIMEOUT=1440` },
    };
  }

  #logIn(params: Record<string, string>): string {
    const { username = '', password = '', loginVersion = 2 } = this.#options;
    this.logins.push(params);
    const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const isRight =
      params['username'] === base64(sha1(username)) &&
      (loginVersion === 1 ? params['password'] === base64(password) : params['password2'] === base64(sha1(password)));
    if (!isRight) return `{"error_code":${this.#options.refusal ?? -1501}}`;
    this.#token = `token${this.logins.length}`;
    return JSON.stringify({ error_code: 0, result: { token: this.#token } });
  }

  #open(base64: string): string {
    const decipher = createDecipheriv('aes-128-cbc', this.#secret.subarray(0, 16), this.#secret.subarray(16));
    return decipher.update(base64, 'base64', 'utf8') + decipher.final('utf8');
  }

  #seal(answer: string): Answer {
    const cipher = createCipheriv('aes-128-cbc', this.#secret.subarray(0, 16), this.#secret.subarray(16));
    const response = this.isPlain ? answer : cipher.update(answer, 'utf8', 'base64') + cipher.final('base64');
    return { body: JSON.stringify({ error_code: 0, result: { response } }) };
  }
}
