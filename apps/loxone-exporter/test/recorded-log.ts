import type { Log } from '@device-exporters/exporter';

/** A record as it was given to the log. */
export interface Recorded {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly msg: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A log that keeps what it is given. */
export function recordedLog(): { readonly log: Log; readonly records: readonly Recorded[] } {
  const records: Recorded[] = [];
  const writer =
    (level: Recorded['level']) =>
    (facts: Recorded['facts'], msg: string): void => {
      records.push({ level, msg, facts });
    };
  const log = { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
  return { log: { ...log, child: () => log } as unknown as Log, records };
}
