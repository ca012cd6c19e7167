import { randomBytes } from 'node:crypto';
import type { RandomBytes } from './random-bytes.ts';
import { Salt, type SaltLimits } from './salt.ts';
import type { SessionKey } from './session-key.ts';

/** Settings of a {@link CommandCipher}. */
export interface CommandCipherOptions extends Partial<SaltLimits> {
  /** Tells the age of the salt, in milliseconds. */
  readonly clock: { monotonicMs(): number };

  /** Default: that of `node:crypto`. */
  readonly random?: RandomBytes;
}

/**
 * Encrypts the commands of one connection after its key exchange.
 *
 * Every command that is made has to be sent, in the order of making: the Miniserver follows the salt from one to the
 * next. By default a salt serves 20 commands and half an hour; Loxone asks for an hour at most.
 */
export class CommandCipher {
  readonly #session: SessionKey;
  readonly #salt: Salt;

  constructor(session: SessionKey, options: CommandCipherOptions) {
    const { clock, random = randomBytes, maxAgeMs = 1_800_000, maxUses = 20 } = options;
    this.#session = session;
    this.#salt = new Salt({ maxAgeMs, maxUses }, clock, random);
  }

  /** A command that only the Miniserver can read; its answer comes in the clear. */
  encrypt(command: string): string {
    return `jdev/sys/enc/${this.#seal(command)}`;
  }

  /**
   * A command whose answer is encrypted too, to be read with {@link decryptAnswer}. Not for files: a Miniserver sends
   * those in the clear, or not at all.
   */
  encryptFully(command: string): string {
    return `jdev/sys/fenc/${this.#seal(command)}`;
  }

  /**
   * The envelope in the answer to a fully encrypted command. An answer that came in the clear all the same begins with a
   * brace, which base64 never does, and is returned as it is.
   *
   * @throws {DecryptionError}
   */
  decryptAnswer(answer: string): string {
    return answer.startsWith('{') ? answer : this.#session.decrypt(answer);
  }

  #seal(command: string): string {
    return encodeURIComponent(this.#session.encrypt(`${this.#salt.next()}/${command}`));
  }
}
