import { type Clock, createBackoff, DeadlineExceededError, retry, withDeadline } from '@device-exporters/retry';
import type { BatchLimits } from './collect/batches.ts';
import type { OutputLog } from './log.ts';
import type { OtlpRequest, Pipeline, PipelineOptions } from './pipeline.ts';
import type { ResolvedSettings } from './settings/settings.ts';
import type { StatsBook } from './stats.ts';
import { connect } from './transport/connect.ts';
import { ExportError, type ExportFault, isWorthRetrying } from './transport/export-error.ts';
import type { Transport } from './transport/transport.ts';

/** What rounds are made of. */
export interface ExportRoundsOptions extends PipelineOptions {
  readonly limits: BatchLimits;
  readonly settings: ResolvedSettings;
  readonly stats: StatsBook;
  readonly beforeExport?: ((signal: AbortSignal) => Promise<void> | void) | undefined;
  readonly clock: Clock;
  readonly log: OutputLog;
}

/** Requests are repeated this often within a round; what a round cannot deliver the next one replaces by newer values. */
const ATTEMPTS = 4;
const BACKOFF = { initialMs: 1000, maxMs: 5000 };

/** Requests with fewer points do not become smaller, whatever a collector says of their size. */
const LEAST_POINTS = 50;

/** One export after the other, never two at a time, each of everything there is. */
export class ExportRounds {
  readonly #options: ExportRoundsOptions;
  #limits: BatchLimits;
  #pipeline: Pipeline | undefined;
  #transport: Promise<Transport> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #lastFault: ExportFault | undefined;

  constructor(options: ExportRoundsOptions) {
    this.#options = options;
    this.#limits = options.limits;
  }

  /**
   * Exports once those before are done. Never rejects.
   *
   * @param signal ends it
   * @param hurry once it has fired nothing is repeated
   * @returns whether the collector has all of it
   */
  export(signal: AbortSignal, hurry?: AbortSignal): Promise<boolean> {
    const round = this.#turn.then(() => this.#round(signal, hurry));
    this.#turn = round;
    return round;
  }

  close(): void {
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.then(
      (open) => open.close(),
      () => undefined,
    );
  }

  async #round(signal: AbortSignal, hurry: AbortSignal | undefined): Promise<boolean> {
    const { settings, stats, clock } = this.#options;
    const startedMs = clock.monotonicMs();
    // A round that is as long as the interval would only hold up newer values.
    const roundMs = Math.max(settings.intervalMs, settings.timeoutMs);
    let error: unknown;
    try {
      const what = `export to ${settings.url.host}`;
      await this.#prepare(signal);
      await withDeadline(roundMs, (patience) => this.#sendAll(patience, hurry), { what, signal, clock });
    } catch (thrown) {
      error = thrown;
    }
    stats.ended(error === undefined, clock.monotonicMs() - startedMs, clock.now());
    this.#report(error);
    return error === undefined;
  }

  /** Lets values be put together. What is there already goes out, whatever becomes of that. */
  async #prepare(signal: AbortSignal): Promise<void> {
    const { beforeExport, settings, clock } = this.#options;
    if (beforeExport === undefined) return;
    try {
      const what = 'getting values for an export';
      await withDeadline(settings.timeoutMs, async (until) => beforeExport(until), { what, signal, clock });
    } catch (err) {
      if (!signal.aborted) this.#options.log.warn({ err }, 'values of this moment cannot be had for an export');
    }
  }

  async #sendAll(signal: AbortSignal, hurry: AbortSignal | undefined): Promise<void> {
    this.#pipeline ??= (await import('./pipeline.ts')).createPipeline(this.#options);
    const nowMs = this.#options.clock.now();
    for (;;) {
      try {
        for (const request of this.#pipeline.requests(nowMs, this.#limits)) {
          await this.#sendPersistently(request, signal, hurry);
          this.#options.stats.sent(request.points);
        }
        return;
      } catch (error) {
        if (faultOf(error) !== 'too_large' || !this.#makeSmaller()) throw error;
      }
    }
  }

  /** This collector takes less at a time than usual: from now on it gets half. Says whether there is a half. */
  #makeSmaller(): boolean {
    const { maxBytes, maxPoints } = this.#limits;
    if (maxPoints <= LEAST_POINTS) return false;
    this.#limits = { maxBytes: Math.ceil(maxBytes / 2), maxPoints: Math.ceil(maxPoints / 2) };
    return true;
  }

  /** Repeats a request as long as that may help. In a hurry nothing is repeated, and no wait is waited out. */
  async #sendPersistently(request: OtlpRequest, signal: AbortSignal, hurry: AbortSignal | undefined): Promise<void> {
    if (hurry?.aborted) return this.#send(request, signal);
    let failure: unknown;
    try {
      await retry(() => this.#send(request, signal), {
        backoff: createBackoff(BACKOFF),
        attempts: ATTEMPTS,
        isWorthRetrying,
        onRetry: ({ error }) => {
          failure = error;
        },
        signal: hurry === undefined ? signal : AbortSignal.any([signal, hurry]),
        clock: this.#options.clock,
      });
    } catch (error) {
      // Why the wait was cut short is not why the request failed.
      throw error === hurry?.reason ? failure : error;
    }
  }

  async #send({ metrics }: OtlpRequest, signal: AbortSignal): Promise<void> {
    const { settings, service, stats } = this.#options;
    this.#transport ??= connect(settings, `${service.name}/${service.version}`);
    const transport = this.#transport;
    try {
      await (await transport).send(metrics, signal);
    } catch (error) {
      stats.requestFailed(faultOf(error));
      // A channel that could not connect waits longer and longer by itself; a new one tries at once.
      if (this.#transport === transport) this.close();
      throw error;
    }
  }

  /** Says once that something changed, not at each interval that it is still so. */
  #report(error: unknown): void {
    const { log, settings } = this.#options;
    const fault = error === undefined ? undefined : faultOf(error);
    if (fault === this.#lastFault) return;
    this.#lastFault = fault;
    const endpoint = settings.url.host;
    if (fault === undefined) log.info({ endpoint }, 'the OpenTelemetry collector takes exports again');
    else log.warn({ endpoint, reason: fault, err: error }, 'export to the OpenTelemetry collector failed');
  }
}

function faultOf(error: unknown): ExportFault {
  if (error instanceof ExportError) return error.reason;
  const isLate = error instanceof DeadlineExceededError || (error as Error | null)?.name === 'TimeoutError';
  return isLate ? 'timeout' : 'internal';
}
