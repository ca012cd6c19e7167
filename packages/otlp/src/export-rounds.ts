import { type Clock, withDeadline } from '@device-exporters/retry';
import type { BatchLimits } from './collect/batches.ts';
import type { OutputLog } from './log.ts';
import type { Pipeline, PipelineOptions } from './pipeline.ts';
import { faultOf, type Patience, Sender, type SenderOptions } from './sender.ts';
import type { ExportFault } from './transport/export-error.ts';
import type { PartialSuccess } from './transport/partial-success.ts';

/** What rounds are made of. */
export interface ExportRoundsOptions extends PipelineOptions, SenderOptions {
  readonly limits: BatchLimits;
  readonly beforeExport?: ((signal: AbortSignal) => Promise<void> | void) | undefined;
  readonly clock: Clock;
  readonly log: OutputLog;
}

/** Requests with fewer points do not become smaller, whatever a collector says of their size. */
const LEAST_POINTS = 50;

/** One export after the other, never two at a time, each of everything there is. */
export class ExportRounds {
  readonly #options: ExportRoundsOptions;
  readonly #sender: Sender;
  #limits: BatchLimits;
  #pipeline: Pipeline | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #lastFault: ExportFault | undefined;
  #lastComplaint = '';

  constructor(options: ExportRoundsOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#sender = new Sender(options);
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
    return this.#sender.quietUntilMs;
  }

  close(): void {
    this.#sender.close();
  }

  async #round(signal: AbortSignal, hurry: AbortSignal | undefined): Promise<boolean> {
    const { settings, stats, clock } = this.#options;
    const startedMs = clock.monotonicMs();
    const { exportTimeoutMs: roundMs } = settings;
    let error: unknown;
    try {
      const what = `export to ${settings.url.host}`;
      await this.#prepare(signal);
      const endsMs = clock.monotonicMs() + roundMs;
      const send = (until: AbortSignal): Promise<void> => this.#sendAll({ signal: until, hurry, endsMs });
      await withDeadline(roundMs, send, { what, signal, clock });
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

  async #sendAll(patience: Patience): Promise<void> {
    this.#pipeline ??= (await import('./pipeline.ts')).createPipeline(this.#options);
    const nowMs = this.#options.clock.now();
    const usual = this.#limits;
    for (;;) {
      try {
        for (const request of this.#pipeline.requests(nowMs, this.#limits)) {
          const partial = await this.#sender.send(request, patience);
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
