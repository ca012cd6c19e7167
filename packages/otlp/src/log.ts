/** Where an output tells what happens: data as keys, then a constant message. A pino logger is one. */
export interface OutputLog {
  info(data: Readonly<Record<string, unknown>>, message: string): void;
  warn(data: Readonly<Record<string, unknown>>, message: string): void;
}

/** Says nothing. */
export const silentLog: OutputLog = { info: () => undefined, warn: () => undefined };
