import type { Secret } from '@device-exporters/exporter';
import type { Clock } from '@device-exporters/retry';
import type { Config } from '../config.ts';
import { InfrahubError } from './errors.ts';
import { SharedTask } from './shared-task.ts';

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
export function credentialsOf(
  { token, username, password }: Config['infrahub'],
  post: PostToAuth,
  clock: Clock,
): Credentials {
  if (token !== null) return tokenCredentials(token);
  if (username !== null && password !== null) return new LoginCredentials(username, password, post, clock);
  return { headers: async () => ({}), renew: async () => false };
}

/** Infrahub takes API tokens in a header of its own; as a bearer they are refused. */
function tokenCredentials(token: Secret): Credentials {
  return { headers: async () => ({ 'x-infrahub-key': token.reveal() }), renew: async () => false };
}

/** An account that was refused is let be for so long, whoever asks: servers lock accounts that guess. */
const REFUSED_MS = 10_000;

/** An account: logs in when first needed, refreshes once when refused, and logs in anew when that fails. */
class LoginCredentials implements Credentials {
  readonly #username: string;
  readonly #password: Secret;
  readonly #post: PostToAuth;
  readonly #clock: Clock;
  #accessToken: string | undefined;
  #refreshToken: string | undefined;
  /** Several requests may be refused at once; one of them logs in. */
  readonly #underWay = new SharedTask<void>();
  #refusal: { readonly error: InfrahubError; readonly password: string; readonly atMs: number } | undefined;

  constructor(username: string, password: Secret, post: PostToAuth, clock: Clock) {
    this.#username = username;
    this.#password = password;
    this.#post = post;
    this.#clock = clock;
  }

  async headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    if (this.#accessToken === undefined) await this.#underWay.run((until) => this.#login(until), signal);
    return { authorization: `Bearer ${this.#accessToken ?? ''}` };
  }

  async renew({ authorization }: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean> {
    // Another request was refused as well and has renewed it meanwhile.
    if (this.#accessToken !== undefined && authorization !== `Bearer ${this.#accessToken}`) return true;
    await this.#underWay.run((until) => this.#refresh(until), signal);
    return true;
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
    const password = this.#password.reveal();
    const nowMs = this.#clock.monotonicMs();
    const known = this.#refusal;
    // Another password is another chance.
    if (known !== undefined && known.password === password && nowMs - known.atMs < REFUSED_MS) throw known.error;
    try {
      this.#accept(await this.#post('login', { body: { username: this.#username, password } }, signal));
      this.#refusal = undefined;
    } catch (error) {
      if (error instanceof InfrahubError && error.reason === 'auth') this.#refusal = { error, password, atMs: nowMs };
      throw error;
    }
  }

  #accept(answer: unknown): void {
    const { access_token, refresh_token } = (answer ?? {}) as Record<string, unknown>;
    if (typeof access_token !== 'string') throw new InfrahubError('protocol', 'the login has brought no access_token');
    this.#accessToken = access_token;
    // A refresh brings no new refresh token; the old one stays good.
    if (typeof refresh_token === 'string') this.#refreshToken = refresh_token;
  }
}
