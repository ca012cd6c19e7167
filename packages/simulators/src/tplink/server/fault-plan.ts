/**
 * What goes wrong with one answer. A number is an HTTP status, on XOR a reset. `truncated`: JSON that ends in the middle,
 * encrypted as it should be; `garbage`: bytes that mean nothing; `huge`: an announced length of 4 GB and little behind it;
 * `flood`: bytes without end; `{ errorCode }`: an answer of the payload that says no more than this.
 */
export type AnswerFault =
  | number
  | 'drop'
  | 'hang'
  | 'truncated'
  | 'garbage'
  | 'huge'
  | 'flood'
  | { readonly errorCode: number };

/** The faults that a transport has to commit, as opposed to those inside the payload. */
export type WireFault = Exclude<AnswerFault, 'truncated' | object>;

/** Where a fault strikes: any step of a login, or a message with a payload. */
export type FaultPhase = 'login' | 'request';

interface Planned {
  readonly fault: AnswerFault;
  readonly phase: FaultPhase;
  left: number;
}

interface Recurring {
  readonly fault: AnswerFault;
  readonly phase: FaultPhase;
  readonly every: number;
  count: number;
}

/** The faults that wait for something to happen. */
export class FaultPlan {
  /** Nothing is answered any more. */
  silent = false;
  /** Logins still to be refused, whatever they prove. */
  rejections = 0;
  /** AES answers still to be sent in the clear. */
  unencrypted = 0;
  /** Every how many datagrams one is lost; 0 loses none. */
  loseEvery = 0;
  #datagrams = 0;
  #planned: Planned[] = [];
  #recurring: Recurring[] = [];

  next(fault: AnswerFault, times: number, phase: FaultPhase): void {
    this.#planned.push({ fault, phase, left: times });
  }

  every(every: number, fault: AnswerFault, phase: FaultPhase): void {
    this.#recurring.push({ fault, phase, every, count: 0 });
  }

  /** What is to go wrong with this answer; uses up one plan. */
  take(phase: FaultPhase): AnswerFault | undefined {
    const due = this.#recurring.filter((fault) => fault.phase === phase).filter(isDue);
    const planned = this.#planned.find((fault) => fault.phase === phase && fault.left > 0);
    if (planned === undefined) return due[0]?.fault;
    planned.left -= 1;
    return planned.fault;
  }

  /** Whether this login is to be refused. */
  takeRejection(): boolean {
    if (this.rejections <= 0) return false;
    this.rejections -= 1;
    return true;
  }

  /** Whether this answer is to go unencrypted. */
  takeUnencrypted(): boolean {
    if (this.unencrypted <= 0) return false;
    this.unencrypted -= 1;
    return true;
  }

  /** Whether this datagram is lost. */
  takeLoss(): boolean {
    this.#datagrams += 1;
    return this.loseEvery > 0 && this.#datagrams % this.loseEvery === 0;
  }

  /** Nothing is planned any more. */
  clear(): void {
    this.silent = false;
    this.rejections = 0;
    this.unencrypted = 0;
    this.loseEvery = 0;
    this.#planned = [];
    this.#recurring = [];
  }
}

/** Counts one more, and says whether it is the one. */
function isDue(fault: Recurring): boolean {
  fault.count += 1;
  return fault.count % fault.every === 0;
}

/** How a fault strikes where there is no payload it could be in. */
export function wireFault(fault: AnswerFault): WireFault {
  return typeof fault === 'object' || fault === 'truncated' ? 'garbage' : fault;
}
