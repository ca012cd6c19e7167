/** An answer that a test wants instead of the true one. */
export interface PlannedAnswer {
  readonly code: number;
  readonly value?: unknown;
  /** The whole text of the answer, broken JSON included; then `code` is only for the ledger. */
  readonly raw?: string;
}

interface Planned<T> {
  readonly command: string;
  readonly what: T;
  left: number;
}

/** The faults that wait for something to happen; connections and HTTP ask here before they do the right thing. */
export class FaultPlan {
  /** Logins still to be rejected. */
  rejections = 0;
  /** New connections and requests are accepted and never answered. */
  silent = false;
  /** HTTP answers 503 to everything, WebSocket upgrades included. */
  startingUp = false;
  /** How fast the structure file goes out; undefined: at once. */
  structureBytesPerSecond: number | undefined;
  #hangs: Planned<true>[] = [];
  #answers: Planned<PlannedAnswer>[] = [];

  /** The next commands that start with `command` are to hang. */
  hangOn(command: string, times: number): void {
    this.#hangs.push({ command, what: true, left: times });
  }

  /** The next commands that start with `command` are to be answered with this. */
  answerWith(command: string, answer: PlannedAnswer, times: number): void {
    this.#answers.push({ command, what: answer, left: times });
  }

  /** Whether this login is to be rejected whatever it proves. */
  takeRejection(): boolean {
    if (this.rejections <= 0) return false;
    this.rejections -= 1;
    return true;
  }

  /** Whether this command is to hang; uses up one plan. */
  takeHang(command: string): boolean {
    return take(this.#hangs, command) ?? false;
  }

  /** What this command is to be answered with instead of the truth; uses up one plan. */
  takeAnswer(command: string): PlannedAnswer | undefined {
    return take(this.#answers, command);
  }

  /** Nothing is planned any more. */
  clear(): void {
    this.rejections = 0;
    this.silent = false;
    this.structureBytesPerSecond = undefined;
    this.#hangs = [];
    this.#answers = [];
  }
}

/** The first plan for `command`, which starts with the planned path: `jdev/sys/getjwt` means every `getjwt`. */
function take<T>(plans: Planned<T>[], command: string): T | undefined {
  const plan = plans.find(
    (candidate) => candidate.left > 0 && (command === candidate.command || command.startsWith(`${candidate.command}/`)),
  );
  if (plan === undefined) return undefined;
  plan.left -= 1;
  return plan.what;
}
