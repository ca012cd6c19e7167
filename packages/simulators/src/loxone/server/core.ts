import { FEATURE, isAtLeast } from '../firmware.ts';
import { LedgerBook } from '../ledger-book.ts';
import { Account } from '../login/account.ts';
import { LoginDesk } from '../login/login-desk.ts';
import { LoginGuard } from '../login/login-guard.ts';
import type { OneTimeKeys } from '../login/one-time-keys.ts';
import type { RsaKeys } from '../login/rsa.ts';
import { TokenStore } from '../login/token-store.ts';
import type { Settings } from '../options.ts';
import { FaultPlan } from './fault-plan.ts';
import type { Home } from './home.ts';
import { createKeys } from './own-keys.ts';
import { Sessions } from './sessions.ts';

/** What all connections and requests of one Miniserver share. */
export interface Core {
  readonly settings: Settings;
  readonly rsa: RsaKeys;
  readonly account: Account;
  readonly tokens: TokenStore;
  readonly guard: LoginGuard;
  readonly desk: LoginDesk;
  /** Keys handed out over HTTP, where there is no connection to keep them. */
  readonly httpKeys: OneTimeKeys;
  readonly ledger: LedgerBook;
  readonly plan: FaultPlan;
  readonly sessions: Sessions;
  readonly home: Home;
}

const HOUR_MS = 3_600_000;
const WEB_TOKEN_MS = 4 * HOUR_MS;
const APP_TOKEN_MS = 28 * 24 * HOUR_MS;

/** Puts the parts together; nothing runs yet. */
export function createCore(settings: Settings, rsa: RsaKeys, createHome: (sessions: Sessions) => Home): Core {
  const { clock, firmware, limits } = settings;
  const sessions = new Sessions();
  const plan = new FaultPlan();
  const guard = new LoginGuard(clock, { failures: limits.failedLogins, blockMs: limits.blockMs });
  const account = new Account(settings.user, settings.password, settings.passwordHash, clock);
  const tokens = createTokenStore(settings, rsa, sessions);
  const ledger = new LedgerBook(() => tokens.records);
  const desk = new LoginDesk({
    clock,
    ledger,
    account,
    tokens,
    guard,
    plan,
    tokenHash: settings.tokenHash,
    plainTokens: isAtLeast(firmware, FEATURE.plainToken),
  });
  const home = createHome(sessions);
  return {
    settings,
    rsa,
    account,
    tokens,
    guard,
    desk,
    httpKeys: createKeys(settings),
    ledger,
    plan,
    sessions,
    home,
  };
}

function createTokenStore(settings: Settings, rsa: RsaKeys, sessions: Sessions): TokenStore {
  const { clock, randomBytes, firmware, serialNumber, limits } = settings;
  const rules = {
    jwt: isAtLeast(firmware, FEATURE.jwt),
    privateKey: rsa.privateKey,
    serialNumber,
    lifetimeMs: (permission: number) => limits.tokenLifetimeMs ?? (permission === 2 ? WEB_TOKEN_MS : APP_TOKEN_MS),
  };
  return new TokenStore(clock, randomBytes, rules, (token) => sessions.cutToken(token));
}
