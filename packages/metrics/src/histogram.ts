/// <reference path="./prom-client-registry.d.ts" />
import HistogramClass from 'prom-client/lib/histogram.js';
import type { FamilyOptions, Labels } from './family.ts';
import type { SeriesRegistry } from './registry.ts';

/** What a histogram is declared with. */
export interface HistogramOptions<L extends string> extends FamilyOptions<L> {
  /** Upper bounds of the buckets, rising, without infinity. */
  readonly buckets: readonly number[];
}

/**
 * A histogram: how often something took how long. For what happens now and then; prom-client's own, so that a registry
 * which has one is rendered at every read.
 */
export class Histogram<L extends string = never> {
  readonly #histogram: HistogramClass<L>;

  /** Declares it in a registry. @throws {Error} when the name is taken, or a name is not one */
  constructor(registry: SeriesRegistry, { name, help, labels = [], buckets }: HistogramOptions<L>) {
    this.#histogram = new HistogramClass<L>({
      name,
      help,
      labelNames: [...labels],
      buckets: [...buckets],
      registers: [registry],
    });
  }

  /** Counts one observation. */
  observe(labels: Labels<L>, value: number): void {
    this.#histogram.observe(labels as Readonly<Record<L, string | number>>, value);
  }

  /** Ends the series with these labels. */
  remove(labels: Labels<L>): void {
    this.#histogram.remove(labels as Readonly<Record<L, string | number>>);
  }
}
