import type { Json } from '../json.ts';

/** One command that a request held, for the ledger. */
export interface Command {
  /** A method of SMART, or `module.command` of IOT. */
  readonly method: string;
  /** Full id of the child it was for. */
  readonly child: string | undefined;
  /** Whether it came in a `multipleRequest`, or with other modules. */
  readonly batched: boolean;
  /** 0, or why it was not answered. */
  readonly code: number;
  /** Whether it would have changed something. */
  readonly isWrite: boolean;
}

/** Reads requests and answers them, whatever carried them here. */
export interface Payload {
  /** @param request undefined when the text was not JSON */
  answer(request: Json | undefined, note: (command: Command) => void): Json;
  /** An answer that says only this. */
  error(code: number): Json;
}
