/** What goes wrong with one request. */
export type InfrahubFault =
  /** An answer of its own. Without a body: Infrahub's error object for that status. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 200, but with errors and without data. */
  | { readonly kind: 'graphql_errors'; readonly message?: string }
  /** 200 with both: the root field is null. */
  | { readonly kind: 'partial' }
  /** 200 with `{count: null, edges: null}` for every root field. */
  | { readonly kind: 'null_container' }
  /** The connection is reset. */
  | { readonly kind: 'drop' }
  /** Taken and never answered. */
  | { readonly kind: 'hang' }
  /** Answered late. */
  | { readonly kind: 'delay'; readonly ms: number };

/** Which requests a fault is for: all, those of GraphQL, of REST, or those that ask for a kind. */
export type FaultTarget = 'graphql' | 'rest' | { readonly kind: string } | undefined;

/** Faults on command. */
export interface InfrahubFaults {
  /** Plans faults for the next requests, one each. */
  next(fault: InfrahubFault, times?: number, target?: FaultTarget): void;
  /** Every such request from now on, until {@link clear}. */
  always(fault: InfrahubFault, target?: FaultTarget): void;
  /** Nothing planned any more. */
  clear(): void;
  /** Refuses connections, and resets those that are open. */
  refuse(): Promise<void>;
  listenAgain(): Promise<void>;
  /** Access tokens of logins that were given out are good no more; refresh tokens neither, where asked for. */
  expireLogins(options?: { readonly withRefreshTokens?: boolean }): void;
  /** Another API token is the right one now. */
  changeToken(token: string): void;
}

interface Planned {
  readonly fault: InfrahubFault;
  readonly target: FaultTarget;
  left: number;
}

/** Faults that wait to happen. */
export class FaultPlan {
  #planned: Planned[] = [];

  add(fault: InfrahubFault, times: number, target: FaultTarget): void {
    this.#planned.push({ fault, target, left: times });
  }

  clear(): void {
    this.#planned = [];
  }

  /** The fault of a request, if there is one for it; it is used up. */
  take(path: string, query: string): InfrahubFault | undefined {
    const found = this.#planned.find(({ target, left }) => left > 0 && isMeant(target, path, query));
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }
}

function isMeant(target: FaultTarget, path: string, query: string): boolean {
  if (target === undefined) return true;
  if (target === 'graphql') return path.startsWith('/graphql');
  if (target === 'rest') return path.startsWith('/api');
  return new RegExp(`\\b${target.kind}\\b\\s*[({]`).test(query);
}
