import type { SampleBlock } from './sample-block.ts';
import { Series } from './series.ts';
import { escapeHelp, labelValuesOf, seriesPrefix } from './series-prefix.ts';
import type { FamilyBlocks, SeriesOwner, SeriesStore } from './series-store.ts';

/** Label values by label name. */
export type Labels<L extends string> = Readonly<Record<L, string>>;

/** What a family is declared with. */
export interface FamilyOptions<L extends string> {
  /** Name in the exposition, unit last; a counter's ends in `_total`. */
  readonly name: string;
  /** One sentence that says meaning and unit. */
  readonly help: string;
  /** Label names in the order of the exposition. Default: none. */
  readonly labels?: readonly L[];
}

export type FamilyType = 'gauge' | 'counter';

/** One series as an output sees it. */
export interface Sample {
  /** In the order of the family's {@link Family.labelNames}. */
  readonly labelValues: readonly string[];
  readonly value: number;
  /** When the reading was made, Unix milliseconds; undefined where its group never said. */
  readonly timeMs: number | undefined;
}

/** Ways of the exposition formats to head a family. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** A name, label or type that no exposition could carry. */
export class InvalidFamilyError extends Error {}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** What a family needs of a group of series. */
export interface FamilyGroup extends SeriesOwner {
  readonly updatedAtMs: number | undefined;
  series<L extends string>(family: Family<L>, labels: Labels<L>): Series;
}

/** What a family needs of its registry. */
export interface FamilyHome {
  readonly store: SeriesStore;
  /** The group of series that live as long as the process. */
  readonly ownGroup: FamilyGroup;
  groupOf(handle: number): FamilyGroup | undefined;
}

/** One name of the exposition: a gauge or a counter with its series. */
export class Family<L extends string = string> implements FamilyBlocks {
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  readonly labelNames: readonly L[];
  /** Where its lines are. For the registry. */
  readonly blocks: SampleBlock[] = [];
  /** Slots to be used again. For the store. */
  readonly vacant: number[] = [];
  readonly #home: FamilyHome;
  readonly #heads: Readonly<Record<ExpositionFormat, Buffer>>;

  /** @throws {InvalidFamilyError} when a name is not one, HELP is empty, or a counter's name lacks `_total` */
  constructor(type: FamilyType, options: FamilyOptions<L>, home: FamilyHome) {
    this.type = type;
    this.name = options.name;
    this.help = options.help;
    this.labelNames = options.labels ?? [];
    this.#home = home;
    this.#check();
    this.#heads = { text: this.#head(this.name), openmetrics: this.#head(this.name.replace(/_total$/, '')) };
  }

  /** The series with these labels that lives as long as the process; device series come from a group. */
  series(...labels: [L] extends [never] ? [] : [Labels<L>]): Series {
    return this.#home.ownGroup.series(this, (labels[0] ?? {}) as Labels<L>);
  }

  /** The series with these labels in a group. For the group. */
  obtain(group: SeriesOwner, labels: Labels<L>): { series: Series; isNew: boolean } {
    const values = this.labelNames.map((name) => labels[name]);
    const prefix = seriesPrefix(this.name, this.labelNames, values);
    const { handle, isNew } = this.#home.store.obtain(this, group, prefix);
    const series = new Series(this.#home.store, handle);
    // A counter that has counted nothing stands at 0: rate() needs to see it before its first event.
    if (isNew && this.type === 'counter') series.set(0);
    return { series, isNew };
  }

  /** Every series that has a value, in the order of the exposition. */
  *samples(): Generator<Sample> {
    const { store } = this.#home;
    for (const handle of store.present(this)) {
      yield {
        labelValues: labelValuesOf(store.prefixOf(handle)),
        value: store.valueOf(handle) ?? Number.NaN,
        timeMs: this.#home.groupOf(handle)?.updatedAtMs,
      };
    }
  }

  /** The family as prom-client's `getMetricsAsJSON` shows it. */
  get(): Promise<unknown> {
    const values = Array.from(this.samples(), ({ labelValues, value }) => ({
      value,
      labels: Object.fromEntries(this.labelNames.map((name, index) => [name, labelValues[index] ?? ''])),
    }));
    return Promise.resolve({ name: this.name, help: this.help, type: this.type, aggregator: 'sum', values });
  }

  /** Takes every value away, for prom-client's `resetMetrics`. */
  reset(): void {
    for (const handle of this.#home.store.present(this)) this.#home.store.clear(handle);
  }

  /** The HELP and TYPE lines. OpenMetrics names a counter's family without `_total`. */
  head(format: ExpositionFormat): Buffer {
    return this.#heads[format];
  }

  /** The sample lines, up to date or not. Those of blocks change with the next update of the store: copy them at once. */
  chunks(): Uint8Array[] {
    return this.blocks.map((block) => block.lines);
  }

  #head(name: string): Buffer {
    return Buffer.from(`# HELP ${name} ${escapeHelp(this.help)}\n# TYPE ${name} ${this.type}\n`);
  }

  #check(): void {
    if (!METRIC_NAME.test(this.name)) throw new InvalidFamilyError(`not a metric name: ${this.name}`);
    if (this.help === '') throw new InvalidFamilyError(`${this.name} has no help text`);
    const wrong = this.labelNames.find((name) => !LABEL_NAME.test(name));
    if (wrong !== undefined) throw new InvalidFamilyError(`not a label name, in ${this.name}: ${wrong}`);
    if ((this.type === 'counter') !== this.name.endsWith('_total')) {
      throw new InvalidFamilyError(`a counter's name ends in _total, and no other's does: ${this.name}`);
    }
  }
}
