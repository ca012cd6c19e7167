import { type KeyObject, sign } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { RandomBytes } from './one-time-keys.ts';

/** A token that was handed out and what became of it. */
export interface TokenRecord {
  readonly token: string;
  readonly user: string;
  /** 2 = web, hours to days; 4 = app, weeks. */
  readonly permission: number;
  /** Unix milliseconds. */
  readonly issuedAtMs: number;
  /** Unix milliseconds; moves only with the old `refreshtoken` (firmware < 10.0.9.13). */
  readonly expiresAtMs: number;
  readonly state: 'alive' | 'replaced' | 'killed' | 'expired';
}

type MutableToken = { -readonly [Key in keyof TokenRecord]: TokenRecord[Key] } & { cancelExpiry: () => void };

/** How tokens are made. */
export interface TokenRules {
  /** JSON Web Tokens (10.2 and newer) instead of 40 hex digits. */
  readonly jwt: boolean;
  readonly privateKey: KeyObject;
  readonly serialNumber: string;
  /** Milliseconds for a permission. */
  readonly lifetimeMs: (permission: number) => number;
}

/** Every token of one Miniserver. Tokens survive a restart of the device, as they do in its flash. */
export class TokenStore {
  readonly #clock: Clock;
  readonly #randomBytes: RandomBytes;
  readonly #rules: TokenRules;
  readonly #records: MutableToken[] = [];
  readonly #onExpiry: (token: string) => void;

  /** @param onExpiry told of each token whose time is up: connections opened with it are cut */
  constructor(clock: Clock, randomBytes: RandomBytes, rules: TokenRules, onExpiry: (token: string) => void) {
    this.#clock = clock;
    this.#randomBytes = randomBytes;
    this.#rules = rules;
    this.#onExpiry = onExpiry;
  }

  /** All tokens ever issued, oldest first. */
  get records(): readonly TokenRecord[] {
    return this.#records;
  }

  /** Hands out a token that lives as long as its permission says. */
  issue(user: string, permission: number): TokenRecord {
    const issuedAtMs = this.#clock.now();
    const expiresAtMs = issuedAtMs + this.#rules.lifetimeMs(permission);
    const token = this.#rules.jwt
      ? this.#jwt(user, permission, issuedAtMs, expiresAtMs)
      : this.#randomBytes(20).toString('hex').toUpperCase();
    const record: MutableToken = {
      token,
      user,
      permission,
      issuedAtMs,
      expiresAtMs,
      state: 'alive',
      cancelExpiry: this.#clock.after(expiresAtMs - issuedAtMs, () => this.#expire(record)),
    };
    this.#records.push(record);
    return record;
  }

  /** The living token of that user that `fits`. */
  find(user: string, fits: (token: string) => boolean): TokenRecord | undefined {
    return this.#records.find((record) => record.state === 'alive' && record.user === user && fits(record.token));
  }

  /** `refreshjwt`: a new token takes the place of the old one, which is worth nothing from now on. */
  replace(old: TokenRecord): TokenRecord {
    this.#end(old.token, 'replaced');
    return this.issue(old.user, old.permission);
  }

  /** `refreshtoken` before 10.0.9.13: the same token, only valid for longer. */
  extend(old: TokenRecord): TokenRecord {
    const record = this.#records.find((candidate) => candidate.token === old.token);
    if (record === undefined) return old;
    record.cancelExpiry();
    const lifetimeMs = this.#rules.lifetimeMs(record.permission);
    record.expiresAtMs = this.#clock.now() + lifetimeMs;
    record.cancelExpiry = this.#clock.after(lifetimeMs, () => this.#expire(record));
    return record;
  }

  /** `killtoken`: the token is worth nothing any more. */
  kill(token: string): void {
    this.#end(token, 'killed');
  }

  /** Ends every living token as if its time were up. */
  expireAll(): void {
    for (const record of this.#records) {
      if (record.state === 'alive') this.#expire(record);
    }
  }

  /** Ends every living token without telling anyone, as a changed password does. */
  killAll(): void {
    for (const record of this.#records) this.#end(record.token, 'killed');
  }

  /** Calls off the timers. */
  stop(): void {
    for (const record of this.#records) record.cancelExpiry();
  }

  #expire(record: MutableToken): void {
    this.#end(record.token, 'expired');
    this.#onExpiry(record.token);
  }

  #end(token: string, state: 'replaced' | 'killed' | 'expired'): void {
    const record = this.#records.find((candidate) => candidate.token === token && candidate.state === 'alive');
    if (record === undefined) return;
    record.cancelExpiry();
    record.state = state;
  }

  #jwt(user: string, permission: number, issuedAtMs: number, expiresAtMs: number): string {
    const claims = {
      iss: this.#rules.serialNumber,
      user,
      permissions: permission,
      iat: Math.floor(issuedAtMs / 1000),
      exp: Math.floor(expiresAtMs / 1000),
      jti: this.#randomBytes(8).toString('hex'),
    };
    const text = [{ typ: 'JWT', alg: 'RS256' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${text}.${sign('sha256', Buffer.from(text), this.#rules.privateKey).toString('base64url')}`;
  }
}
