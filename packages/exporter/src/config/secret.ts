import { inspect } from 'node:util';

/** What a secret looks like wherever it is printed. */
export const REDACTED = '<secret>';

/**
 * A password or token that cannot be printed by accident: text, JSON and inspection all show {@link REDACTED}. Only
 * {@link reveal} gives the value, for the one line that sends it.
 */
export class Secret {
  #value: string;
  readonly #readAgain: (() => string) | undefined;

  /** @param readAgain gives the value of now, where it may change; while it throws, the value before it counts */
  constructor(value: string, readAgain?: () => string) {
    this.#value = value;
    this.#readAgain = readAgain;
  }

  /** The value; a secret in a file is read anew, so that a changed password needs no restart. */
  reveal(): string {
    try {
      if (this.#readAgain !== undefined) this.#value = this.#readAgain();
    } catch {
      // Whoever replaces the file may be at it right now.
    }
    return this.#value;
  }

  /** Whether two secrets are the same, for a reload. */
  equals(other: Secret): boolean {
    return this.reveal() === other.reveal();
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
