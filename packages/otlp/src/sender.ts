import { type Clock, createBackoff, DeadlineExceededError, retry } from '@device-exporters/retry';
import type { OtlpRequest } from './pipeline.ts';
import type { Service } from './resource.ts';
import type { ResolvedSettings } from './settings/settings.ts';
import type { StatsBook } from './stats.ts';
import { connect } from './transport/connect.ts';
import { ExportError, type ExportFault, isWorthRetrying } from './transport/export-error.ts';
import type { PartialSuccess } from './transport/partial-success.ts';
import type { Transport } from './transport/transport.ts';

/** What requests are sent with. */
export interface SenderOptions {
  readonly settings: ResolvedSettings;
  readonly service: Service;
  readonly stats: StatsBook;
  readonly clock: Clock;
}

/** How long a request may take, with all its repetitions. */
export interface Patience {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Once it has fired nothing is repeated. */
  readonly hurry: AbortSignal | undefined;
  /** By the monotonic clock: a repetition that would come later is not waited for. */
  readonly endsMs: number;
}

/** Requests are repeated this often within a round; what a round cannot deliver the next one replaces by newer values. */
const ATTEMPTS = 4;
const BACKOFF = { initialMs: 1000, maxMs: 5000 };

/** Requests to a collector, and the connection to it. */
export class Sender {
  readonly #options: SenderOptions;
  #transport: Promise<Transport> | undefined;
  #quietUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Until when the collector wants to hear nothing, by the monotonic clock. */
  get quietUntilMs(): number {
    return this.#quietUntilMs;
  }

  /**
   * Sends a request, again and again as long as that may help. In a hurry nothing is repeated, and no wait is waited out.
   *
   * @returns what the collector has to say of it, if anything
   * @throws {ExportError} when the collector does not have it
   * @throws the signal's reason when that fires
   */
  async send(request: OtlpRequest, { signal, hurry, endsMs }: Patience): Promise<PartialSuccess | undefined> {
    if (hurry?.aborted) return this.#sendOnce(request, signal);
    const { clock } = this.#options;
    const backoff = createBackoff(BACKOFF);
    let failure: unknown;
    try {
      return await retry(() => this.#sendOnce(request, signal), {
        backoff: { ...backoff, next: () => Math.max(backoff.next(), wantedMs(failure)) },
        attempts: ATTEMPTS,
        isWorthRetrying: (error) => {
          failure = error;
          return isWorthRetrying(error) && clock.monotonicMs() + wantedMs(error) < endsMs;
        },
        signal: hurry === undefined ? signal : AbortSignal.any([signal, hurry]),
        clock,
      });
    } catch (error) {
      // Why the wait was cut short is not why the request failed.
      throw error === hurry?.reason ? failure : error;
    }
  }

  async #sendOnce({ metrics }: OtlpRequest, signal: AbortSignal): Promise<PartialSuccess | undefined> {
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

  close(): void {
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.then(
      (open) => open.close(),
      () => undefined,
    );
  }
}

/** Why something failed, as a value of the label `reason`. */
export function faultOf(error: unknown): ExportFault {
  if (error instanceof ExportError) return error.reason;
  const isLate = error instanceof DeadlineExceededError || (error as Error | null)?.name === 'TimeoutError';
  return isLate ? 'timeout' : 'internal';
}

/** How long the collector wants to be left alone after this, in milliseconds. */
function wantedMs(error: unknown): number {
  return (error instanceof ExportError && error.retryAfterMs) || 0;
}
