import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Why somebody is not let in, as Infrahub words it. */
export type Refusal = 'Invalid token' | 'Expired Signature' | 'Authentication is required to perform this operation';

/** Who may read: an API token, or an account with its logins. */
export class Accounts {
  token: string;
  readonly username: string;
  readonly password: string;
  #accessTokens = new Set<string>();
  #refreshTokens = new Set<string>();
  #expired = new Set<string>();

  constructor(token: string, username: string, password: string) {
    this.token = token;
    this.username = username;
    this.password = password;
  }

  /** The refusal of a request, if any. A bearer is preferred; an API token is none. */
  refusalOf(headers: IncomingHttpHeaders): Refusal | undefined {
    const bearer = /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined) {
      if (this.#accessTokens.has(bearer)) return undefined;
      return this.#expired.has(bearer) ? 'Expired Signature' : 'Invalid token';
    }
    const key = headers['x-infrahub-key'];
    if (key === undefined) return 'Authentication is required to perform this operation';
    return key === this.token ? undefined : 'Invalid token';
  }

  login(username: unknown, password: unknown): object | undefined {
    if (username !== this.username || password !== this.password) return undefined;
    const refreshToken = randomUUID();
    this.#refreshTokens.add(refreshToken);
    return { access_token: this.#access(), refresh_token: refreshToken };
  }

  refresh(headers: IncomingHttpHeaders): object | undefined {
    const bearer = /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    return this.#refreshTokens.has(bearer) ? { access_token: this.#access() } : undefined;
  }

  expire({ withRefreshTokens = false } = {}): void {
    this.#expired = new Set([...this.#expired, ...this.#accessTokens]);
    this.#accessTokens = new Set();
    if (withRefreshTokens) this.#refreshTokens = new Set();
  }

  #access(): string {
    const token = randomUUID();
    this.#accessTokens.add(token);
    return token;
  }
}
