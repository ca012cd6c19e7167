import type { Clock } from '../../clock.ts';

/** When an address is shut out. */
export interface GuardRules {
  /** Failed logins in a row from one address before it is blocked. */
  readonly failures: number;
  /** Milliseconds. */
  readonly blockMs: number;
}

/** Counts failed logins per address and blocks an address that fails too often (close code 4003, PROTOCOL §3.4). */
export class LoginGuard {
  readonly #clock: Clock;
  readonly #rules: GuardRules;
  readonly #failures = new Map<string, number>();
  readonly #blockedUntilMs = new Map<string, number>();

  constructor(clock: Clock, rules: GuardRules) {
    this.#clock = clock;
    this.#rules = rules;
  }

  #everyoneUntilMs = 0;

  /** Whole seconds an address still has to wait; 0 when it may log in. */
  blockedForSeconds(address: string): number {
    const untilMs = Math.max(this.#blockedUntilMs.get(address) ?? 0, this.#everyoneUntilMs);
    const leftMs = untilMs - this.#clock.now();
    return leftMs > 0 ? Math.ceil(leftMs / 1000) : 0;
  }

  /** Counts a failed login and blocks the address when it was one too many. */
  failed(address: string): void {
    const failures = (this.#failures.get(address) ?? 0) + 1;
    this.#failures.set(address, failures);
    if (failures < this.#rules.failures) return;
    this.#failures.delete(address);
    this.#blockedUntilMs.set(address, this.#clock.now() + this.#rules.blockMs);
  }

  /** Forgets the failures of an address. */
  succeeded(address: string): void {
    this.#failures.delete(address);
  }

  /** Blocks every address, whatever it did. */
  blockEveryone(forMs: number): void {
    this.#everyoneUntilMs = this.#clock.now() + forMs;
  }

  /** Forgets failures and blocks. */
  pardon(): void {
    this.#failures.clear();
    this.#blockedUntilMs.clear();
    this.#everyoneUntilMs = 0;
  }
}
