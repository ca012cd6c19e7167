import { createHash, timingSafeEqual } from 'node:crypto';
import type { RouteAnswer, RouteRequest } from '@device-exporters/exporter';
import type { Clock, Timer } from '@device-exporters/retry';
import type { Config } from './config.ts';
import type { Bell } from './rounds.ts';

/** A change seldom comes alone: what follows within this time is read together with it. */
const QUIET_MS = 1_000;
/** However much is going on, it is read after this time. */
const LONGEST_MS = 10_000;

/**
 * `POST /webhook`: whoever knows the secret makes everything be read anew. Events may get lost, come twice or be out of
 * order, so what they say is not looked at.
 */
export class Webhook {
  readonly #config: Config['webhook'];
  readonly #bell: Bell;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #firstMs: number | undefined;

  constructor(config: Config['webhook'], bell: Bell, clock: Clock) {
    this.#config = config;
    this.#bell = bell;
    this.#clock = clock;
  }

  answer({ headers }: RouteRequest): RouteAnswer {
    const { enabled, secret } = this.#config;
    if (!enabled || secret === null) return { status: 404, body: '404 page not found\n' };
    const given = headers['x-webhook-secret'];
    // A file that is empty for a moment is no secret that an empty header knows.
    if (typeof given !== 'string' || given === '' || !isSame(given, secret.reveal())) {
      return { status: 401, body: 'the header X-Webhook-Secret is missing or wrong\n' };
    }
    this.#trigger();
    return { status: 202, body: 'accepted\n' };
  }

  /** Calls off what was triggered. @returns whether there was anything */
  close(): boolean {
    this.#timer?.cancel();
    return this.#firstMs !== undefined;
  }

  #trigger(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#firstMs ??= nowMs;
    this.#timer?.cancel();
    const leftMs = this.#firstMs + LONGEST_MS - nowMs;
    this.#timer = this.#clock.after(Math.max(0, Math.min(QUIET_MS, leftMs)), () => {
      this.#firstMs = undefined;
      this.#bell.ring();
    });
  }
}

/** Compares in a time that says nothing about either: digests are of one length. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
