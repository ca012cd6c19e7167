import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Miniserver } from '../../src/index.ts';
import { decrypt, encrypt, encryptSessionKey, hmac, type Padding, passwordProof } from './client-crypto.ts';
import { type Answer, decodeHeader, decodeTexts, decodeValues, type Header, parseAnswer } from './decode.ts';
import { getJson } from './http.ts';

/** An answer, event table or signal as it came, with all headers that went before it. */
export interface Received {
  readonly headers: readonly Header[];
  readonly identifier: number;
  readonly payload: Buffer;
  /** The payload came as a TEXT frame. */
  readonly asText: boolean;
}

export interface TokenAnswer {
  readonly token: string;
  readonly key: string;
  readonly validUntil: number;
}

interface ConnectOptions {
  readonly secure?: boolean;
  readonly protocols?: string[];
}

export const INSTALLATION = '098802e1-02b4-603c-ffffeee000d80cfd';

/** A minimal client: sends text, sorts what comes by its headers, knows no library of ours. */
export class TestClient {
  readonly socket: WebSocket;
  readonly values = new Map<string, number>();
  readonly texts = new Map<string, string>();
  readonly received: Received[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #miniserver: Miniserver;
  readonly #waiting: (() => void)[] = [];
  #headers: Header[] = [];
  #taken = 0;
  /** The socket below the WebSocket. */
  transport: Socket | undefined;
  salt = '1f2e3d4c';

  private constructor(miniserver: Miniserver, socket: WebSocket) {
    this.#miniserver = miniserver;
    this.socket = socket;
    this.closed = new Promise((resolve) =>
      socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#wake();
      }),
    );
    socket.on('error', () => undefined);
    socket.once('upgrade', (response) => {
      this.transport = response.socket;
    });
    socket.on('message', (data: Buffer, isBinary) => this.#take(data, isBinary));
  }

  static async connect(miniserver: Miniserver, options: ConnectOptions = {}): Promise<TestClient> {
    const { secure = false, protocols = ['remotecontrol'] } = options;
    const host = miniserver.host.includes(':') ? `[${miniserver.host}]` : miniserver.host;
    const url = secure
      ? `wss://${host}:${miniserver.sslPort}/ws/rfc6455`
      : `ws://${host}:${miniserver.port}/ws/rfc6455`;
    const tls = secure ? { ca: miniserver.certificatePem } : {};
    const socket = new WebSocket(url, protocols, tls);
    const client = new TestClient(miniserver, socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  /** A connection that is logged in, by the way of its firmware. */
  static async loggedIn(miniserver: Miniserver, options: ConnectOptions = {}): Promise<TestClient> {
    const client = await TestClient.connect(miniserver, options);
    await client.exchangeKeys();
    await client.logIn();
    return client;
  }

  /** A connection that is logged in and gets events; resolves when the full value table is there. */
  static async subscribed(miniserver: Miniserver, options: ConnectOptions = {}): Promise<TestClient> {
    const client = await TestClient.loggedIn(miniserver, options);
    await client.command('jdev/sps/enablebinstatusupdate');
    await client.until(() => client.values.size > 0 && client.texts.size > 0);
    return client;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  /** Sends a command in the clear and reads the next text answer. */
  async command(text: string): Promise<Answer> {
    this.send(text);
    return this.answer();
  }

  /** Sends a command encrypted with the current salt. */
  async encrypted(text: string, how: { kind?: 'enc' | 'fenc'; padding?: Padding; prefix?: string } = {}) {
    const { kind = 'enc', padding = 'zeros', prefix = `salt/${this.salt}` } = how;
    return this.command(`jdev/sys/${kind}/${encodeURIComponent(encrypt(`${prefix}/${text}`, padding))}`);
  }

  /** The next answer, events and signals left aside. */
  async answer(): Promise<Answer> {
    const text = (await this.next(0)).payload.toString('utf8');
    return parseAnswer(text.startsWith('{') ? text : decrypt(text.replace(/[\r\n]/g, '')));
  }

  /** The next message with that identifier, earlier ones of it not counted twice. */
  async next(identifier: number): Promise<Received> {
    let found: Received | undefined;
    await this.until(() => {
      found = this.received.slice(this.#taken).find((message) => message.identifier === identifier);
      return found !== undefined;
    });
    this.#taken = this.received.indexOf(found!) + 1;
    return found!;
  }

  /** Resolves when `holds`, which is looked at with every message and at the close. */
  async until(holds: () => boolean, timeoutMs = 5000): Promise<void> {
    const timer = setTimeout(() => this.#wake(), timeoutMs);
    const endsAt = performance.now() + timeoutMs;
    while (!holds()) {
      if (performance.now() >= endsAt - 1) throw new Error(`waited in vain for ${holds}`);
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed while waiting for ${holds}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    clearTimeout(timer);
  }

  async publicKey(): Promise<string> {
    return (await getJson(this.#miniserver, '/jdev/sys/getPublicKey')).value as string;
  }

  async exchangeKeys(): Promise<Answer> {
    return this.command(`jdev/sys/keyexchange/${encryptSessionKey(await this.publicKey())}`);
  }

  async userKey(user = this.#miniserver.user): Promise<{ key: string; salt: string; hashAlg?: string }> {
    const { value } = await this.encrypted(`jdev/sys/getkey2/${encodeURIComponent(user)}`);
    return value as { key: string; salt: string; hashAlg?: string };
  }

  async key(): Promise<string> {
    return (await this.encrypted('jdev/sys/getkey')).value as string;
  }

  /** `getjwt` or `gettoken` with the Miniserver's own credentials or others. */
  async logIn(
    how: { user?: string; password?: string; command?: string; permission?: number; kind?: 'enc' | 'fenc' } = {},
  ): Promise<Answer & { value: TokenAnswer }> {
    const { user = this.#miniserver.user, password = this.#miniserver.password } = how;
    const { command = 'getjwt', permission = 4, kind = 'enc' } = how;
    const proof = passwordProof(user, password, await this.userKey(user));
    const path = `jdev/sys/${command}/${proof}/${encodeURIComponent(user)}/${permission}/${INSTALLATION}/test%20client`;
    return (await this.encrypted(path, { kind })) as Answer & { value: TokenAnswer };
  }

  /** A command that proves possession of a token with a fresh key. */
  async withToken(command: string, token: string, algorithm = 'SHA256'): Promise<Answer> {
    const proof = hmac(await this.key(), token, algorithm);
    return this.encrypted(`${command}/${proof}/${encodeURIComponent(this.#miniserver.user)}`);
  }

  close(): void {
    this.socket.terminate();
  }

  #take(data: Buffer, isBinary: boolean): void {
    const expected = this.#headers.at(-1);
    if (expected === undefined || expected.estimated) {
      const header = decodeHeader(data);
      this.#headers.push(header);
      if (header.identifier === 5 || header.identifier === 6) this.#finish(Buffer.alloc(0), false);
      return;
    }
    if (expected.length !== data.length) throw new Error(`header says ${expected.length}, found ${data.length}`);
    this.#finish(data, !isBinary);
  }

  #finish(payload: Buffer, asText: boolean): void {
    const identifier = this.#headers.at(-1)!.identifier;
    this.received.push({ headers: this.#headers, identifier, payload, asText });
    this.#headers = [];
    if (identifier === 2) for (const { uuid, value } of decodeValues(payload)) this.values.set(uuid, value);
    if (identifier === 3) for (const { uuid, text } of decodeTexts(payload)) this.texts.set(uuid, text);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
