import { type Clock, createBackoff, DeadlineExceededError, retry, withDeadline } from '@device-exporters/retry';
import type { BatchLimits } from './collect/batches.ts';
import type { OutputLog } from './log.ts';
import type { OtlpRequest, Pipeline, PipelineOptions } from './pipeline.ts';
import type { ResolvedSettings } from './settings/settings.ts';
import type { StatsBook } from './stats.ts';
import { connect } from './transport/connect.ts';
import { ExportError, type ExportFault, isWorthRetrying } from './transport/export-error.ts';
import type { PartialSuccess } from './transport/partial-success.ts';
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
  #lastComplaint = '';
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  #roundEndsMs = Number.POSITIVE_INFINITY;

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

  /** Until when the collector wants to hear nothing, by the monotonic clock. */
  get quietUntilMs(): number {
    return this.#quietUntilMs;
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
    const { exportTimeoutMs: roundMs } = settings;
    let error: unknown;
    try {
      const what = `export to ${settings.url.host}`;
      await this.#prepare(signal);
      this.#roundEndsMs = clock.monotonicMs() + roundMs;
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
    const usual = this.#limits;
    for (;;) {
      try {
        for (const request of this.#pipeline.requests(nowMs, this.#limits)) {
          const partial = await this.#sendPersistently(request, signal, hurry);
          this.#options.stats.sent(request.points, partial?.rejectedPoints ?? 0);
          this.#reportComplaint(partial);
        }
        return;
      } catch (error) {
        if (faultOf(error) !== 'too_large') throw error;
        if (this.#makeSmaller()) continue;
        // It was not the size after all, as of a collector whose quota is used up.
        this.#limits = usual;
        throw error;
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
  async #sendPersistently(
    request: OtlpRequest,
    signal: AbortSignal,
    hurry: AbortSignal | undefined,
  ): Promise<PartialSuccess | undefined> {
    if (hurry?.aborted) return this.#send(request, signal);
    const { clock } = this.#options;
    const backoff = createBackoff(BACKOFF);
    let failure: unknown;
    try {
      return await retry(() => this.#send(request, signal), {
        backoff: { ...backoff, next: () => Math.max(backoff.next(), wantedMs(failure)) },
        attempts: ATTEMPTS,
        isWorthRetrying: (error) => {
          failure = error;
          return isWorthRetrying(error) && clock.monotonicMs() + wantedMs(error) < this.#roundEndsMs;
        },
        signal: hurry === undefined ? signal : AbortSignal.any([signal, hurry]),
        clock,
      });
    } catch (error) {
      // Why the wait was cut short is not why the request failed.
      throw error === hurry?.reason ? failure : error;
    }
  }

  async #send({ metrics }: OtlpRequest, signal: AbortSignal): Promise<PartialSuccess | undefined> {
    const { settings, service, stats, clock } = this.#options;
    this.#transport ??= connect(settings, `${service.name}/${service.version}`);
    const transport = this.#transport;
    try {
      return await (await transport).send(metrics, signal);
    } catch (error) {
      stats.requestFailed(faultOf(error));
      if (wantedMs(error) > 0) this.#quietUntilMs = clock.monotonicMs() + wantedMs(error);
      // A channel that could not connect waits longer and longer by itself; a new one tries at once.
      if (this.#transport === transport) this.close();
      throw error;
    }
  }

  /** What the collector does not like of what it takes, each time it is something else. */
  #reportComplaint(partial: PartialSuccess | undefined): void {
    if (partial === undefined || partial.message === this.#lastComplaint) return;
    this.#lastComplaint = partial.message;
    const { log, settings } = this.#options;
    const { rejectedPoints, message } = partial;
    log.warn(
      { endpoint: settings.url.host, rejectedPoints, reason: message },
      'the OpenTelemetry collector does not take all of an export as it is',
    );
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

/** How long the collector wants to be left alone after this, in milliseconds. */
function wantedMs(error: unknown): number {
  return (error instanceof ExportError && error.retryAfterMs) || 0;
}
