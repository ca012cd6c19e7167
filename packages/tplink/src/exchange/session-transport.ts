import { type Clock, systemClock } from '@device-exporters/retry';
import { DeviceRefusedError, ProtocolError } from '../device-error.ts';
import { UnexpectedStatusError } from '../http/unexpected-status-error.ts';
import type { Protocol, Transport } from '../transport.ts';
import { ExchangeQueue } from './exchange-queue.ts';

/** The device has forgotten the session: it has restarted, the session has expired, another client has logged in. */
export class SessionGoneError extends DeviceRefusedError {}

/** The device asks for a moment. */
export class BusyError extends DeviceRefusedError {}

/** How long such a moment is. */
const BUSY_DELAY_MS = 250;

/** What a login leads to. */
export interface Session {
  /** How long it is used, in milliseconds from the login on. */
  readonly lifeMs: number;

  /** Whether its numbers have run out. */
  readonly isUsedUp: boolean;
}

/** What the protocols that log in differ in. */
export interface SessionProtocol<S extends Session> {
  /** Read whenever it is asked for: which KLAP a device speaks shows at the login. */
  readonly protocol: Protocol;

  /** Opens a session. */
  logIn(signal: AbortSignal): Promise<S>;

  /**
   * One exchange within a session.
   *
   * @throws {SessionGoneError} when the device does not know the session any more
   */
  ask(session: S, request: string, signal: AbortSignal): Promise<string>;

  /** Closes the connection. */
  disconnect(): void;
}

/** A transport that can log in before there is anything to ask. */
export interface SessionTransport extends Transport {
  /**
   * Logs in, unless it is logged in.
   *
   * @throws {DeviceError}
   */
  logIn(signal: AbortSignal): Promise<void>;
}

/**
 * The life of sessions, the same for all protocols: log in before the first exchange and when the session's time is up;
 * when the device has forgotten it, log in once more and repeat the request once. So too when an answer makes no sense in
 * a session that had served before: some HS110 forget a KLAP session after its first request, and answer the second with
 * something that is not even HTTP. A device that is busy is asked once more as well.
 */
export function createSessionTransport<S extends Session>(
  parts: SessionProtocol<S>,
  clock: Clock = systemClock,
): SessionTransport {
  const queue = new ExchangeQueue();
  let session: S | undefined;
  let usedUntilMs = 0;
  /** The session of the latest question. */
  let asked: S | undefined;

  async function currentSession(signal: AbortSignal): Promise<S> {
    if (session !== undefined && !session.isUsedUp && clock.monotonicMs() < usedUntilMs) return session;
    session = undefined;
    const opened = await parts.logIn(signal);
    signal.throwIfAborted();
    usedUntilMs = clock.monotonicMs() + opened.lifeMs;
    session = opened;
    return opened;
  }

  async function askOnce(request: string, signal: AbortSignal): Promise<string> {
    asked = undefined;
    asked = await currentSession(signal);
    try {
      return await parts.ask(asked, request, signal);
    } catch (error) {
      if (endsSession(error)) session = undefined;
      throw error;
    }
  }

  async function ask(request: string, signal: AbortSignal): Promise<string> {
    const earlier = session;
    try {
      return await askOnce(request, signal);
    } catch (error) {
      const hadServed = asked !== undefined && asked === earlier;
      if (error instanceof BusyError) await clock.sleep(BUSY_DELAY_MS, signal);
      else if (!(error instanceof SessionGoneError || (hadServed && endsSession(error)))) throw error;
    }
    return askOnce(request, signal);
  }

  return {
    get protocol() {
      return parts.protocol;
    },
    exchange: (request, signal) => queue.run((cut) => ask(request, cut), signal),
    logIn: (signal) =>
      queue.run(async (cut) => {
        await currentSession(cut);
      }, signal),
    close() {
      queue.close();
      session = undefined;
      parts.disconnect();
    },
  };
}

/** What cannot be decrypted may never be again: the two sides have lost each other. A status says no such thing. */
function endsSession(error: unknown): boolean {
  if (error instanceof SessionGoneError) return true;
  return error instanceof ProtocolError && !(error instanceof UnexpectedStatusError);
}
