import type { OtlpMetrics } from './metrics.ts';
import type { ExportFault } from './transport/export-error.ts';

/** What an output has done so far, and where it stands. */
export interface OtlpStats {
  /** Whether the latest export succeeded; undefined before the first. */
  readonly isUp: boolean | undefined;
  readonly exports: number;
  /** Points that the collector has taken. */
  readonly pointsExported: number;
  /** Points that it has rejected, in answers that took the others. */
  readonly pointsRejected: number;
  readonly consecutiveFailures: number;
  /** Requests that failed, by reason; reasons that never occurred are missing. */
  readonly errors: Readonly<Partial<Record<ExportFault, number>>>;
  /** Of the latest export. */
  readonly durationSeconds: number | undefined;
  /** Unix seconds; undefined before the first success. */
  readonly lastSuccessTimestampSeconds: number | undefined;
}

/** Counts, and keeps the metrics of an output in step. */
export class StatsBook {
  readonly #metrics: OtlpMetrics | undefined;
  readonly #errors: Partial<Record<ExportFault, number>> = {};
  #isUp: boolean | undefined;
  #exports = 0;
  #points = 0;
  #rejected = 0;
  #failures = 0;
  #durationSeconds: number | undefined;
  #lastSuccessSeconds: number | undefined;

  constructor(metrics: OtlpMetrics | undefined) {
    this.#metrics = metrics;
    metrics?.consecutiveFailures.set(0);
  }

  /** One request arrived. @param rejected how many of its points the collector does not want */
  sent(points: number, rejected: number): void {
    const taken = Math.max(0, points - rejected);
    this.#points += taken;
    this.#rejected += rejected;
    this.#metrics?.points.add(taken);
    this.#metrics?.rejected.add(rejected);
  }

  /** One request failed. */
  requestFailed(reason: ExportFault): void {
    this.#errors[reason] = (this.#errors[reason] ?? 0) + 1;
    this.#metrics?.errors.get(reason)?.add();
  }

  /** An export has ended. @param atMs Unix milliseconds */
  ended(isSuccess: boolean, durationMs: number, atMs: number): void {
    this.#isUp = isSuccess;
    this.#exports += 1;
    this.#failures = isSuccess ? 0 : this.#failures + 1;
    this.#durationSeconds = durationMs / 1000;
    this.#metrics?.up.set(isSuccess ? 1 : 0);
    this.#metrics?.exports.add();
    this.#metrics?.consecutiveFailures.set(this.#failures);
    this.#metrics?.duration.set(this.#durationSeconds);
    if (!isSuccess) return;
    this.#lastSuccessSeconds = atMs / 1000;
    this.#metrics?.lastSuccess.set(this.#lastSuccessSeconds);
  }

  read(): OtlpStats {
    return {
      isUp: this.#isUp,
      exports: this.#exports,
      pointsExported: this.#points,
      pointsRejected: this.#rejected,
      consecutiveFailures: this.#failures,
      errors: { ...this.#errors },
      durationSeconds: this.#durationSeconds,
      lastSuccessTimestampSeconds: this.#lastSuccessSeconds,
    };
  }
}
