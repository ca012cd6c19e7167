import { hostname } from 'node:os';
import { type Clock, DeadlineExceededError, systemClock, type Timer } from '@device-exporters/retry';
import type { FamilySource } from './collect/batches.ts';
import { ExportRounds } from './export-rounds.ts';
import { type OutputLog, silentLog } from './log.ts';
import type { OtlpMetrics } from './metrics.ts';
import { resourceAttributes } from './resource.ts';
import { type OtlpDefaults, type OtlpSettings, type ResolvedSettings, resolveSettings } from './settings/settings.ts';
import { type Environment, isSdkDisabled } from './settings/variables.ts';
import { type OtlpStats, StatsBook } from './stats.ts';

/** What {@link createOtlpOutput} makes an output of. */
export interface OtlpOutputOptions {
  /** What is exported: every series of its families. */
  readonly registry: FamilySource;
  readonly settings?: OtlpSettings;
  /** What counts where neither settings nor variables say anything. */
  readonly defaults?: OtlpDefaults;
  /** The variables `OTEL_…` that count where settings say nothing. Default: none. */
  readonly environment?: Environment;
  readonly metrics?: OtlpMetrics;
  /** Awaited before each export, where values are only put together when somebody looks. A failure of it is logged, and no reason not to export. */
  beforeExport?(signal: AbortSignal): Promise<void> | void;
  /** `service.name`, unless a variable says otherwise. */
  readonly serviceName: string;
  readonly version: string;
  /** `service.instance.id`, stable over restarts. Default: the name of the host. */
  readonly instanceId?: string;
  /** The longest time the last export at a stop may take, in milliseconds. Default 5 000. */
  readonly stopTimeoutMs?: number;
  /** Estimated bytes and points of one request at most. Default 3 500 000, of the 4 MiB that collectors take, and 1 000. */
  readonly limits?: { readonly maxBytes: number; readonly maxPoints: number };
  readonly log?: OutputLog;
  /** Default: the real time. */
  readonly clock?: Clock;
}

/** A collector gets all series, again and again. */
export interface OtlpOutput {
  /**
   * Exports in each interval, first after five seconds at most, until the signal fires; then once more, closes the
   * connection and resolves. Never rejects. One at a time. With `OTEL_SDK_DISABLED=true` it does nothing.
   */
  run(signal: AbortSignal): Promise<void>;

  /** Exports now, or after the export under way, and says whether the collector has all of it. @param signal the end of patience */
  flush(signal: AbortSignal): Promise<boolean>;

  stats(): OtlpStats;

  /** Ends the connection. `run` does it by itself. */
  close(): void;
}

const DEFAULT_STOP_TIMEOUT_MS = 5000;
const DEFAULT_LIMITS = { maxBytes: 3_500_000, maxPoints: 1000 };

/** A wrong address should show soon, however long the interval. */
const FIRST_EXPORT_MS = 5000;

/**
 * Makes an output. Nothing is read, loaded or sent before its first use.
 *
 * @throws {InvalidOtlpSettingError}
 */
export function createOtlpOutput(options: OtlpOutputOptions): OtlpOutput {
  const { registry, serviceName, version, instanceId = hostname(), environment = {}, clock = systemClock } = options;
  const { stopTimeoutMs = DEFAULT_STOP_TIMEOUT_MS, log = silentLog } = options;
  const settings = resolveSettings(options.settings ?? {}, environment, options.defaults);
  const service = { name: serviceName, version, instanceId };
  const stats = new StatsBook(options.metrics);
  const rounds = new ExportRounds({
    registry,
    settings,
    service,
    attributes: resourceAttributes(service, environment),
    limits: options.limits ?? DEFAULT_LIMITS,
    beforeExport: options.beforeExport,
    startMs: clock.now(),
    stats,
    clock,
    log,
  });
  const isOff = isSdkDisabled(environment);
  return {
    async run(signal) {
      if (isOff) log.info({}, 'nothing is pushed to an OpenTelemetry collector: OTEL_SDK_DISABLED is true');
      else await run(rounds, { ...settings, stopTimeoutMs, clock, log }, signal);
    },
    flush: async (signal) => !isOff && rounds.export(signal),
    stats: () => stats.read(),
    close: () => rounds.close(),
  };
}

interface RunOptions extends ResolvedSettings {
  readonly stopTimeoutMs: number;
  readonly clock: Clock;
  readonly log: OutputLog;
}

async function run(rounds: ExportRounds, options: RunOptions, stopping: AbortSignal): Promise<void> {
  const { intervalMs, stopTimeoutMs, clock, log, url, protocol } = options;
  const patience = new AbortController();
  let deadline: Timer | undefined;
  const onStop = (): void => {
    deadline = clock.after(stopTimeoutMs, () => {
      patience.abort(new DeadlineExceededError('the time for the last export is over'));
    });
  };
  if (stopping.aborted) onStop();
  else stopping.addEventListener('abort', onStop, { once: true });
  log.info(
    { endpoint: url.host, protocol, intervalSeconds: intervalMs / 1000 },
    'pushing to an OpenTelemetry collector',
  );
  let nextMs = clock.monotonicMs() + Math.min(intervalMs, FIRST_EXPORT_MS);
  while (!stopping.aborted) {
    // Only the signal ends a sleep early, and the loop looks at the signal itself.
    await clock.sleep(Math.max(0, nextMs - clock.monotonicMs()), stopping).catch(() => undefined);
    if (stopping.aborted) break;
    await rounds.export(patience.signal, stopping);
    // Beats that were missed are not made up for, and a collector that asked for quiet has it.
    while (nextMs <= Math.max(clock.monotonicMs(), rounds.quietUntilMs)) nextMs += intervalMs;
  }
  await rounds.export(patience.signal, stopping);
  deadline?.cancel();
  rounds.close();
}
