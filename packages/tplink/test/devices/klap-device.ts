import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Answer, SeenRequest } from './http-device.ts';

export interface KlapDeviceOptions {
  readonly version?: 1 | 2;
  readonly username?: string;
  readonly password?: string;
  /** Seconds in the cookie. */
  readonly timeout?: number | undefined;
  /** Bytes to take for the seeds of the device, counted up at each handshake. */
  readonly remoteSeed?: Uint8Array;
  readonly answer?: (request: string) => string;
}

/** The device side of KLAP, as the published description has it. */
export class KlapDevice {
  handshakes = 0;
  readonly questions: string[] = [];
  readonly seqs: number[] = [];
  #session: { cookie: string; key: Buffer; iv: Buffer; sig: Buffer; proof: Buffer; isOpen: boolean } | undefined;
  readonly #options: KlapDeviceOptions;

  constructor(options: KlapDeviceOptions = {}) {
    this.#options = options;
  }

  /** Forgets the session, as a restart does. */
  restart(): void {
    this.#session = undefined;
  }

  readonly handle = ({ path, query, body, headers }: SeenRequest): Answer => {
    if (path === '/app/handshake1') return this.#handshake1(body);
    const session = this.#session;
    if (session === undefined || headers.cookie !== session.cookie) return { status: 403 };
    if (path === '/app/handshake2') {
      session.isOpen = body.equals(session.proof);
      return { status: session.isOpen ? 200 : 403 };
    }
    if (path !== '/app/request' || !session.isOpen) return { status: 403 };
    return { body: this.#request(Number(query.get('seq')), body, session) };
  };

  #handshake1(localSeed: Buffer): Answer {
    const { version = 2, username = '', password = '', timeout, remoteSeed } = this.#options;
    this.handshakes += 1;
    const remote = Buffer.from(remoteSeed ?? Buffer.alloc(16, this.handshakes));
    const auth =
      version === 1
        ? hash('md5', hash('md5', username), hash('md5', password))
        : hash('sha256', hash('sha1', username), hash('sha1', password));
    const prove = (own: Buffer, other: Buffer): Buffer => hash('sha256', own, ...(version === 1 ? [] : [other]), auth);
    const derive = (label: string): Buffer => hash('sha256', label, localSeed, remote, auth);
    const cookie = `TP_SESSIONID=session${this.handshakes}`;
    this.#session = {
      cookie,
      key: derive('lsk').subarray(0, 16),
      iv: derive('iv'),
      sig: derive('ldk').subarray(0, 28),
      proof: prove(remote, localSeed),
      isOpen: false,
    };
    const setCookie = timeout === undefined ? cookie : `${cookie};TIMEOUT=${timeout}`;
    return { body: Buffer.concat([remote, prove(localSeed, remote)]), headers: { 'Set-Cookie': setCookie } };
  }

  #request(seq: number, body: Buffer, session: { key: Buffer; iv: Buffer; sig: Buffer }): Buffer {
    const seqBytes = Buffer.alloc(4);
    seqBytes.writeInt32BE(seq);
    const iv = Buffer.concat([session.iv.subarray(0, 12), seqBytes]);
    const sign = (text: Buffer): Buffer => hash('sha256', session.sig, seqBytes, text);
    if (!sign(body.subarray(32)).equals(body.subarray(0, 32))) throw new Error('the signature of a request is wrong');
    const decipher = createDecipheriv('aes-128-cbc', session.key, iv);
    const question = Buffer.concat([decipher.update(body.subarray(32)), decipher.final()]).toString();
    this.seqs.push(seq);
    this.questions.push(question);
    const cipher = createCipheriv('aes-128-cbc', session.key, iv);
    const answer = this.#options.answer?.(question) ?? '{"error_code":0,"result":{}}';
    const text = Buffer.concat([cipher.update(answer), cipher.final()]);
    return Buffer.concat([sign(text), text]);
  }
}

function hash(algorithm: string, ...parts: (string | Buffer)[]): Buffer {
  const sum = createHash(algorithm);
  for (const part of parts) sum.update(part);
  return sum.digest();
}
