import type { Clock } from '../../clock.ts';
import type { LoginKind } from '../ledger.ts';
import type { LedgerBook } from '../ledger-book.ts';
import type { FaultPlan } from '../server/fault-plan.ts';
import type { Account } from './account.ts';
import { type HashAlgorithm, keyedHash } from './hashes.ts';
import type { LoginGuard } from './login-guard.ts';
import type { OneTimeKeys } from './one-time-keys.ts';
import type { TokenRecord, TokenStore } from './token-store.ts';

/** Who tries to log in, from where, and by what means. */
export interface Attempt {
  readonly kind: LoginKind;
  readonly user: string;
  readonly address: string;
  readonly connection: number | undefined;
}

/** A hash and the keys it may have been made with. */
export interface HashProof {
  readonly hash: string;
  readonly keys: OneTimeKeys;
}

/** What the desk works with. */
export interface DeskParts {
  readonly clock: Clock;
  readonly ledger: LedgerBook;
  readonly account: Account;
  readonly tokens: TokenStore;
  readonly guard: LoginGuard;
  readonly plan: FaultPlan;
  readonly tokenHash: HashAlgorithm;
  /** Whether a token may be sent in the clear instead of hashed (11.2 and newer). */
  readonly plainTokens: boolean;
}

/** The one place where logins are decided, counted and written down, whatever way they come in. */
export class LoginDesk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** `getjwt`, `gettoken`: HMAC over `user:pwHash`. Returns the code of the answer, 200 for welcome. */
  byPasswordHash(attempt: Attempt, proof: HashProof): number {
    const { account } = this.#parts;
    return this.#decide(attempt, () =>
      spend(proof, `${attempt.user}:${account.passwordHash()}`, account.hashAlgorithm, attempt.user === account.user),
    );
  }

  /** `authenticate/{hash}` names no user: with one account, that account is meant. HMAC-SHA1 over `user:password`. */
  byLegacyHash(attempt: Attempt, proof: HashProof): number {
    const { account } = this.#parts;
    return this.#decide(attempt, () =>
      spend(proof, `${account.user}:${account.password}`, 'SHA1', attempt.user === account.user),
    );
  }

  /** HTTP Basic. */
  byPassword(attempt: Attempt, password: string): number {
    const { account } = this.#parts;
    return this.#decide(attempt, () => attempt.user === account.user && password === account.password);
  }

  /** `authwithtoken` and `?autht=`. Also says which token it was. */
  byToken(attempt: Attempt, proof: HashProof): { readonly code: number; readonly token: TokenRecord | undefined } {
    let token: TokenRecord | undefined;
    const code = this.#decide(attempt, () => {
      token = this.provenToken(attempt.user, proof);
      return token !== undefined;
    });
    return { code, token: code === 200 ? token : undefined };
  }

  /** The living token whose possession is proven; spends the key, counts as no login. */
  provenToken(user: string, proof: HashProof): TokenRecord | undefined {
    const { tokens, tokenHash, plainTokens } = this.#parts;
    return tokens.find(user, (token) => (plainTokens && proof.hash === token) || spend(proof, token, tokenHash, true));
  }

  #decide(attempt: Attempt, isRight: () => boolean): number {
    const { guard, ledger, clock } = this.#parts;
    const code = this.#judge(attempt, isRight);
    if (code === 200) guard.succeeded(attempt.address);
    if (code === 401) guard.failed(attempt.address);
    const { kind, user, connection } = attempt;
    ledger.login({ atMs: clock.now(), kind, user, connection, ok: code === 200, code });
    return code;
  }

  #judge(attempt: Attempt, isRight: () => boolean): number {
    const { guard, plan, account } = this.#parts;
    if (guard.blockedForSeconds(attempt.address) > 0) return 429;
    if (plan.takeRejection()) return 401;
    if (account.disabled && attempt.user === account.user) return 423;
    return isRight() ? 200 : 401;
  }
}

function spend(proof: HashProof, text: string, algorithm: HashAlgorithm, isKnownUser: boolean): boolean {
  return isKnownUser && proof.keys.spend((key) => keyedHash(key, text, algorithm) === proof.hash);
}
