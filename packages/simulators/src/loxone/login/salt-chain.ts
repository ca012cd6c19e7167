const SALTED = /^salt\/([^/]+)\/(.+)$/s;
const RESALTED = /^nextSalt\/([^/]+)\/([^/]+)\/(.+)$/s;
/** Random hex, 2 to 16 bytes (PROTOCOL §5.3). */
const SALT = /^(?:[0-9a-f]{2}){2,16}$/i;

/**
 * Follows the salt of one connection: the first command sets it, `nextSalt` replaces it, and from then on a salt that is
 * neither current nor announced breaks the command (401).
 */
export class SaltChain {
  #current: string | undefined;

  /** Takes the salt off a decrypted command; undefined when the salt is missing, malformed or not the expected one. */
  open(plaintext: string): string | undefined {
    const resalted = RESALTED.exec(plaintext);
    if (resalted !== null) return this.#accept(resalted[1], resalted[2], resalted[3]);
    const salted = SALTED.exec(plaintext);
    return salted === null ? undefined : this.#accept(salted[1], salted[1], salted[2]);
  }

  #accept(salt = '', next = '', command = ''): string | undefined {
    if (!SALT.test(salt) || !SALT.test(next)) return undefined;
    if (this.#current !== undefined && this.#current !== salt) return undefined;
    this.#current = next;
    return command;
  }
}
