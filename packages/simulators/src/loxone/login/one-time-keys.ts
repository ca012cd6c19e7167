import type { Clock } from '../../clock.ts';

/** Where random bytes come from; node's by default. */
export type RandomBytes = (count: number) => Buffer;

/** How long a key lives and what its bytes look like. */
export interface KeyRules {
  /** Milliseconds. */
  readonly lifetimeMs: number;
  /** Old firmware hands out bytes that happen to be ASCII hex digits, SHA-256 firmware any bytes (PROTOCOL §6). */
  readonly asciiHex: boolean;
}

/** The keys handed out by `getkey`, `getkey2`, `keyexchange` and token answers: short-lived, each good for one hash. */
export class OneTimeKeys {
  readonly #clock: Clock;
  readonly #randomBytes: RandomBytes;
  readonly #rules: KeyRules;
  #live: { readonly key: Buffer; readonly expiresAtMs: number }[] = [];

  constructor(clock: Clock, randomBytes: RandomBytes, rules: KeyRules) {
    this.#clock = clock;
    this.#randomBytes = randomBytes;
    this.#rules = rules;
  }

  /** Makes a key and returns it as the hex that goes over the wire. */
  issue(): string {
    const bytes = this.#randomBytes(this.#rules.asciiHex ? 20 : 32);
    const key = this.#rules.asciiHex ? Buffer.from(bytes.toString('hex').toUpperCase(), 'ascii') : bytes;
    this.#live.push({ key, expiresAtMs: this.#clock.now() + this.#rules.lifetimeMs });
    return key.toString('hex').toUpperCase();
  }

  /** Spends the first living key that `fits`; false when there is none. */
  spend(fits: (key: Buffer) => boolean): boolean {
    const nowMs = this.#clock.now();
    this.#live = this.#live.filter((entry) => entry.expiresAtMs > nowMs);
    const index = this.#live.findIndex((entry) => fits(entry.key));
    if (index === -1) return false;
    this.#live.splice(index, 1);
    return true;
  }

  /** A failed attempt costs the keys it could have used, or a hash could be guessed at leisure. */
  burn(): void {
    this.#live = [];
  }
}
