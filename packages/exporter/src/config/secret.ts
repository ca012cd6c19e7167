import { inspect } from 'node:util';

/** What a secret looks like wherever it is printed. */
export const REDACTED = '<secret>';

/**
 * A password or token that cannot be printed by accident: text, JSON and inspection all show {@link REDACTED}. Only
 * {@link reveal} gives the value, for the one line that sends it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** Whether two secrets are the same, so that a reload can tell a changed password. */
  equals(other: Secret): boolean {
    return this.#value === other.#value;
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
