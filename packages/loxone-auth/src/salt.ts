import type { RandomBytes } from './random-bytes.ts';

const SALT_BYTES = 16;

/** When a {@link Salt} is replaced, whichever comes first. */
export interface SaltLimits {
  /** Age in milliseconds. */
  readonly maxAgeMs: number;

  /** How many commands it goes into. */
  readonly maxUses: number;
}

/**
 * The salt of one connection's commands, which keeps them from being sent again by somebody else.
 *
 * A Miniserver knows the salt of the last command. Another one has to be announced by the command that changes it, or
 * the command is answered with 401 ("Communicating with the Miniserver").
 */
export class Salt {
  readonly #limits: SaltLimits;
  readonly #clock: { monotonicMs(): number };
  readonly #random: RandomBytes;
  #current: string | undefined;
  #sinceMs = 0;
  #uses = 0;

  constructor(limits: SaltLimits, clock: { monotonicMs(): number }, random: RandomBytes) {
    this.#limits = limits;
    this.#clock = clock;
    this.#random = random;
  }

  /** What goes before the next command: `salt/{current}`, or `nextSalt/{current}/{new}` when its time has come. */
  next(): string {
    const current = this.#current;
    const nowMs = this.#clock.monotonicMs();
    const isOld = nowMs - this.#sinceMs >= this.#limits.maxAgeMs || this.#uses >= this.#limits.maxUses;
    this.#uses += 1;
    if (current !== undefined && !isOld) return `salt/${current}`;
    const renewed = Buffer.from(this.#random(SALT_BYTES)).toString('hex');
    this.#current = renewed;
    this.#sinceMs = nowMs;
    this.#uses = 1;
    return current === undefined ? `salt/${renewed}` : `nextSalt/${current}/${renewed}`;
  }
}
