import type { Secret } from '@device-exporters/exporter';
import type { Config } from '../config.ts';
import { InfrahubError } from './errors.ts';

/** Who we are to Infrahub. */
export interface Credentials {
  /** The headers of a request. @throws {InfrahubError} when a login fails */
  headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** Called when such headers were refused; resolves with whether other ones may be accepted. */
  renew(refused: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean>;
}

/** Posts to the authentication service: `/api/auth/login` with a body, `/api/auth/refresh` with a bearer. */
export type PostToAuth = (
  action: 'login' | 'refresh',
  request: { readonly body?: object; readonly bearer?: string },
  signal: AbortSignal,
) => Promise<unknown>;

/** The credentials that a configuration has: an API token, or an account to log in with. */
export function credentialsOf({ token, username, password }: Config['infrahub'], post: PostToAuth): Credentials {
  if (token !== null) return tokenCredentials(token);
  if (username !== null && password !== null) return new LoginCredentials(username, password, post);
  return { headers: async () => ({}), renew: async () => false };
}

/** Infrahub takes API tokens in a header of its own; as a bearer they are refused. */
function tokenCredentials(token: Secret): Credentials {
  return { headers: async () => ({ 'x-infrahub-key': token.reveal() }), renew: async () => false };
}

/** An account: logs in when first needed, refreshes once when refused, and logs in anew when that fails. */
class LoginCredentials implements Credentials {
  readonly #username: string;
  readonly #password: Secret;
  readonly #post: PostToAuth;
  #accessToken: string | undefined;
  #refreshToken: string | undefined;
  /** Several requests may be refused at once; one of them logs in. */
  #underWay: Promise<void> | undefined;

  constructor(username: string, password: Secret, post: PostToAuth) {
    this.#username = username;
    this.#password = password;
    this.#post = post;
  }

  async headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    if (this.#accessToken === undefined) await this.#once(() => this.#login(signal));
    return { authorization: `Bearer ${this.#accessToken ?? ''}` };
  }

  async renew({ authorization }: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean> {
    // Another request was refused as well and has renewed it meanwhile.
    if (this.#accessToken !== undefined && authorization !== `Bearer ${this.#accessToken}`) return true;
    await this.#once(() => this.#refresh(signal));
    return true;
  }

  async #once(task: () => Promise<void>): Promise<void> {
    this.#underWay ??= task().finally(() => {
      this.#underWay = undefined;
    });
    await this.#underWay;
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    const bearer = this.#refreshToken;
    this.#accessToken = undefined;
    if (bearer !== undefined) {
      try {
        this.#accept(await this.#post('refresh', { bearer }, signal));
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof InfrahubError && error.reason === 'auth')) throw error;
      }
    }
    await this.#login(signal);
  }

  async #login(signal: AbortSignal): Promise<void> {
    const body = { username: this.#username, password: this.#password.reveal() };
    this.#accept(await this.#post('login', { body }, signal));
  }

  #accept(answer: unknown): void {
    const { access_token, refresh_token } = (answer ?? {}) as Record<string, unknown>;
    if (typeof access_token !== 'string') throw new InfrahubError('protocol', 'the login has brought no access_token');
    this.#accessToken = access_token;
    // A refresh brings no new refresh token; the old one stays good.
    if (typeof refresh_token === 'string') this.#refreshToken = refresh_token;
  }
}
