import { createHmac, randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bcryptVerify } from 'hash-wasm';
import type { Secret } from '../config/secret.ts';

/** What came of a request's credentials; `busy`: too many wait for their turn to be checked. */
export type AuthResult = 'granted' | 'refused' | 'busy';

/** A password that was right once need not cost a twentieth of a second every time. */
const MAX_REMEMBERED = 100;

/** Who guesses passwords keeps one check at a time busy and these waiting, not the whole process. */
const MAX_WAITING = 50;

/** Checks passwords against bcrypt hashes, one at a time. */
export class BasicAuth {
  readonly #users: ReadonlyMap<string, Secret>;
  readonly #cacheKey: Buffer;
  readonly #remembered = new Set<string>();
  #latest: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * @param users bcrypt hashes by name, one at least
   * @param cacheKey secret of this process, so that what is remembered is of no use anywhere else
   */
  constructor(users: ReadonlyMap<string, Secret>, cacheKey = randomBytes(32)) {
    this.#users = users;
    this.#cacheKey = cacheKey;
  }

  /** @param authorization the header of a request */
  async check(authorization: string | undefined): Promise<AuthResult> {
    const credentials = credentialsOf(authorization);
    if (credentials === undefined) return 'refused';
    const [name, password] = credentials;
    // A name that nobody has takes as long as one that somebody has: its password is compared, and then refused anyway.
    const hash = (this.#users.get(name) ?? firstOf(this.#users))?.reveal() ?? '';
    const mark = this.#markOf(name, hash, password);
    if (this.#remembered.has(mark)) return 'granted';
    if (this.#waiting >= MAX_WAITING) return 'busy';
    return this.#inTurn(async () => {
      if (this.#remembered.has(mark)) return 'granted';
      const isRight = (await isPasswordOf(hash, password)) && this.#users.has(name);
      if (isRight) this.#remember(mark);
      return isRight ? 'granted' : 'refused';
    });
  }

  async #inTurn<T>(task: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const mine = this.#latest.then(task);
    this.#latest = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      this.#waiting--;
    }
  }

  #markOf(...parts: readonly string[]): string {
    return createHmac('sha256', this.#cacheKey).update(JSON.stringify(parts)).digest('base64');
  }

  #remember(mark: string): void {
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.add(mark);
  }
}

/** bcrypt looks no further. */
const MAX_PASSWORD_BYTES = 72;

/**
 * WebAssembly, as it is as fast here as native code would be; what is written in JavaScript takes fourteen times as long
 * in a process that runs without optimising compilers. It holds the process up, 50 ms at the usual cost of 10.
 */
async function isPasswordOf(hash: string, password: string): Promise<boolean> {
  // Others have their turn in between, however many wait here.
  await nextTurn();
  const bytes = Buffer.from(password).subarray(0, MAX_PASSWORD_BYTES);
  // No password takes as long as a wrong one.
  const isRight = await bcryptVerify({ password: bytes.length === 0 ? 'none' : bytes, hash });
  return isRight && bytes.length > 0;
}

/** Name and password of a `Basic` header (RFC 7617), undefined where it is none. */
function credentialsOf(authorization = ''): readonly [string, string] | undefined {
  const token = /^basic +([\w+/-]+=*) *$/i.exec(authorization)?.[1];
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
}

function firstOf<T>(map: ReadonlyMap<string, T>): T | undefined {
  const [first] = map.values();
  return first;
}
