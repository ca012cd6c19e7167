import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { type HashAlgorithm, passwordHash } from './hashes.ts';

/** The one user of a simulated Miniserver. */
export class Account {
  readonly user: string;
  /** What `getkey2` names; `unnamed` leaves the name out. */
  readonly announcedHash: HashAlgorithm | 'unnamed';
  /** Answered with 423 while true. */
  disabled = false;
  readonly #clock: Clock;
  #password: string;
  #lastEditMs: number;

  constructor(user: string, password: string, announcedHash: HashAlgorithm | 'unnamed', clock: Clock) {
    this.user = user;
    this.announcedHash = announcedHash;
    this.#password = password;
    this.#clock = clock;
    this.#lastEditMs = clock.now();
  }

  /** As it is now. */
  get password(): string {
    return this.#password;
  }

  /** SHA1 where the algorithm is not named (PROTOCOL §6.1). */
  get hashAlgorithm(): HashAlgorithm {
    return this.announcedHash === 'unnamed' ? 'SHA1' : this.announcedHash;
  }

  /** From now on only this one is right, and it was edited last now. */
  changePassword(password: string): void {
    this.#password = password;
    this.#lastEditMs = this.#clock.now();
  }

  /** Upper hex hash of the password with the salt of {@link saltOf}. */
  passwordHash(): string {
    return passwordHash(this.#password, this.saltOf(this.user), this.hashAlgorithm);
  }

  /** The salt of a user, also of one that does not exist: `getkey2` must not tell who does. */
  saltOf(user: string): string {
    return createHash('sha256').update(`salt of ${user}`).digest('hex').slice(0, 40).toUpperCase();
  }

  /**
   * What 401 carries in `getjwt` and `gettoken`: when the password was changed last, `unix` in seconds since 1970
   * (`vectors/envelopes.json`).
   */
  lastEdit(): { readonly lastEdit: string; readonly unix: number } {
    const lastEdit = new Date(this.#lastEditMs).toISOString().slice(0, 19).replace('T', ' ');
    return { lastEdit, unix: Math.floor(this.#lastEditMs / 1000) };
  }
}
