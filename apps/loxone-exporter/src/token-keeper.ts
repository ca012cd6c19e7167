import type { Log } from '@device-exporters/exporter';
import {
  hashToken,
  killTokenCommand,
  refreshAtMs,
  refreshTokenCommand,
  renewToken,
} from '@device-exporters/loxone-auth';
import { type Clock, createBackoff } from '@device-exporters/retry';
import type { Login } from './login.ts';
import type { TokenStore } from './token-store.ts';

/** What keeps a token alive while its connection lives. */
export interface TokenKeeping {
  readonly login: Login;
  readonly tokens: TokenStore;
  readonly user: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Told when the token has changed. */
  onRenewed(): void;
}

/**
 * Waits after a refresh that failed: 1, 2, 4 … 60 minutes. The token is good for a while still, a Miniserver may be busy,
 * and where it is not, each refusal may count as a failed login.
 */
const BACKOFF = { initialMs: 60_000, maxMs: 3_600_000, jitter: 0 };

/**
 * Refreshes the token before it expires, again and again: a Miniserver cuts a connection whose token has expired.
 *
 * Ends only by rejecting, when the signal fires or the connection ends. A refresh that is refused is tried again; should
 * none succeed, the connection is cut in the end, and the next one logs in with the password.
 */
export async function keepToken(keeping: TokenKeeping, signal: AbortSignal): Promise<never> {
  const { login, tokens, user, clock, log, onRenewed } = keeping;
  const backoff = createBackoff(BACKOFF);
  for (let waitMs = untilRefresh(keeping); ; ) {
    await clock.sleep(waitMs, signal);
    const token = tokens.get();
    const refused = token === undefined ? undefined : await refresh(keeping);
    if (refused === undefined) {
      log.debug({ user }, 'token renewed');
      onRenewed();
      backoff.reset();
      waitMs = untilRefresh(keeping);
    } else {
      log.warn({ code: refused, scheme: login.scheme }, 'the Miniserver does not renew the token; trying again');
      waitMs = backoff.next();
    }
  }
}

/** Gives the token back, so that it does not fill the Miniserver's list. */
export async function killToken({ login, tokens, user, log }: TokenKeeping): Promise<void> {
  const token = tokens.get();
  if (token === undefined) return;
  const hash = hashToken(token, await login.secure.oneTimeKey());
  const { code } = await login.secure.command(killTokenCommand(hash, user));
  if (code !== 200) log.warn({ code }, 'the Miniserver does not take the token back; it will expire by itself');
  tokens.set(undefined);
}

/** Returns the code of a refusal, or undefined. */
async function refresh({ login, tokens, user }: TokenKeeping): Promise<number | undefined> {
  const token = tokens.get();
  if (token === undefined) return undefined;
  const hash = hashToken(token, await login.secure.oneTimeKey());
  const { code, value } = await login.secure.commandWithSecretAnswer(refreshTokenCommand(login.scheme, hash, user));
  if (code !== 200) return code;
  tokens.set(renewToken(token, value));
  return undefined;
}

function untilRefresh({ tokens, clock }: TokenKeeping): number {
  const token = tokens.get();
  const nowMs = clock.now();
  return token === undefined ? BACKOFF.initialMs : Math.max(MIN_WAIT_MS, refreshAtMs(token, nowMs) - nowMs);
}

/** A token that lives for seconds must not make a loop of refreshes. */
const MIN_WAIT_MS = 1_000;
