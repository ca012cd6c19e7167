import { withDeadline } from '@device-exporters/retry';
import type { LogLevel } from '../config/format-types.ts';
import type { LogControl } from '../log/log.ts';

/** What the signals of a process lead to. */
export interface SignalActions {
  readonly logControl: LogControl;
  readonly logLevel: LogLevel;
  reload(): Promise<void>;
  /** Ends everything. Called once. */
  stop(): Promise<void>;
  exit(code: number): void;
}

/** Kubernetes and Docker kill after 30 and 10 seconds; what has not ended by then would not end at all. */
const STOP_DEADLINE_MS = 9000;

/**
 * Follows the signals: TERM and INT stop in order, a second one at once; HUP reloads; USR2 switches debug logging on and
 * off. A process that is PID 1 gets no default for any of them.
 */
export function followSignals(actions: SignalActions): void {
  const { logControl, logLevel, reload, exit } = actions;
  let isStopping = false;
  let isDebugging = false;

  const onStop = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      exit(1);
      return;
    }
    isStopping = true;
    logControl.log.info({ signal }, 'stopping');
    void stopInTime(actions).then(exit);
  };
  process.on('SIGTERM', onStop);
  process.on('SIGINT', onStop);
  process.on('SIGHUP', () => {
    // The reason is in the log already.
    reload().catch(() => {});
  });
  process.on('SIGUSR2', () => {
    isDebugging = !isDebugging;
    logControl.setLevel(isDebugging ? 'debug' : logLevel);
    logControl.log.info({ debug: isDebugging }, 'log level switched by signal');
  });
}

/** Stops within the deadline; resolves with the exit code. */
async function stopInTime({ logControl, stop }: SignalActions): Promise<number> {
  const { log } = logControl;
  try {
    await withDeadline(STOP_DEADLINE_MS, () => stop(), { what: 'stopping', signal: new AbortController().signal });
    log.info({}, 'stopped');
    return 0;
  } catch (err) {
    log.error({ err }, 'could not stop in order');
    return 1;
  }
}
