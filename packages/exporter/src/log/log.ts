import { type DestinationStream, destination, type Logger, type LoggerOptions, pino } from 'pino';
import type { LogFormat, LogLevel } from '../config/format-types.ts';
import { REDACTED } from '../config/secret.ts';
import { describeError } from './describe-error.ts';
import { toLogfmt } from './logfmt.ts';

/** Constant messages, data as keys: `log.warn({ device, err }, 'device is unreachable')`. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(bindings: Readonly<Record<string, unknown>>): Log;
};

/** The log of a process. */
export interface LogControl {
  readonly log: Log;
  /** Changes the level of the log and of all its children. */
  setLevel(level: LogLevel): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Takes finished lines. Default: standard error, written before the call returns. */
  readonly write?: (line: string) => void;
}

/** Beside the type `Secret`, which hides itself: keys under which a secret could slip in as text. */
const SECRET_KEYS = ['password', 'token', 'secret', 'authorization', 'cookie', 'apiKey', 'secretKey', 'key'];

/** Creates the log: one record a line, logfmt or JSON with the same keys. */
export function createLog({ level, format, write }: LogOptions): LogControl {
  const children = new Set<WeakRef<Logger>>();
  const options: LoggerOptions = {
    level: pinoLevel(level),
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    serializers: { err: describeError },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: REDACTED },
    onChild: (child) => children.add(new WeakRef(child)),
  };
  const root = pino(options, stream(format, write));
  return {
    log: root,
    setLevel(next) {
      root.level = pinoLevel(next);
      for (const reference of children) {
        const child = reference.deref();
        if (child === undefined) children.delete(reference);
        else child.level = pinoLevel(next);
      }
    },
  };
}

/** A log that says nothing, for tests and tools. */
export function silentLog(): Log {
  return pino({ level: 'silent' });
}

function pinoLevel(level: LogLevel): string {
  return level === 'warning' ? 'warn' : level;
}

function stream(format: LogFormat, write: LogOptions['write']): DestinationStream {
  const out: DestinationStream = write === undefined ? standardError() : { write };
  return format === 'json' ? out : { write: (json) => out.write(toLogfmt(json)) };
}

function standardError(): DestinationStream {
  const out = destination({ dest: 2, sync: true });
  // Whoever read the log is gone; that is no reason to stop measuring.
  out.on('error', () => {});
  return out;
}
