import type { Exposition } from './exposition.ts';
import { type ExpositionFormat, Family, type FamilyHome, type FamilyOptions } from './family.ts';
import { InfoFamily } from './info-family.ts';
import { type Metric, type OpenMetricsContentType, type PrometheusContentType, Registry } from './prom-client.ts';
import { type Part, Renderer } from './renderer.ts';
import { SeriesGroup } from './series-group.ts';
import { SeriesStore } from './series-store.ts';

/** Settings of a registry. */
export interface RegistryOptions {
  /**
   * Large states are written in slices of at least this many milliseconds; a slice ends after the block of 256 series
   * that reaches it. Default 2.
   */
  readonly sliceMs?: number;
}

/**
 * A prom-client registry whose {@link gauge} and {@link counter} families write their own text.
 *
 * prom-client's metrics may be registered beside them and are rendered at every read, as nobody knows when they
 * change; without them an unchanged state is rendered once, whoever asks and however often.
 */
export class SeriesRegistry extends Registry<PrometheusContentType | OpenMetricsContentType> {
  readonly #store = new SeriesStore();
  readonly #renderer: Renderer;
  readonly #groups = new Map<number, SeriesGroup>();
  #lastGroupId = 0;
  readonly #ownGroup = this.group();
  readonly #home: FamilyHome = {
    store: this.#store,
    ownGroup: this.#ownGroup,
    groupOf: (handle) => this.#groups.get(this.#store.ownerOf(handle)),
  };
  readonly #samplers: (() => void)[] = [];
  readonly #latest = new Map<ExpositionFormat, Exposition>();
  readonly #underWay = new Map<ExpositionFormat, Promise<Exposition>>();

  constructor(options: RegistryOptions = {}) {
    super();
    this.#renderer = new Renderer(this.#store, options.sliceMs ?? 2);
  }

  /** How many series exist. */
  get seriesCount(): number {
    return this.#store.seriesCount;
  }

  /** Declares a gauge. @throws {InvalidFamilyError} @throws {Error} when the name is taken */
  gauge<const L extends string = never>(options: FamilyOptions<L>): Family<L> {
    return this.#declare(new Family('gauge', options, this.#home));
  }

  /** Declares a counter; its series start at 0. @throws {InvalidFamilyError} @throws {Error} when the name is taken */
  counter<const L extends string = never>(options: FamilyOptions<L>): Family<L> {
    return this.#declare(new Family('counter', options, this.#home));
  }

  /** Declares a gauge whose series come and go together. @throws {InvalidFamilyError} @throws {Error} when the name is taken */
  info<const L extends string = never>(options: FamilyOptions<L>): InfoFamily<L> {
    return this.#declare(new InfoFamily(options, this.#home));
  }

  /** A new group of series, usually a device's. */
  group(): SeriesGroup {
    const group = new SeriesGroup(++this.#lastGroupId, this.#store);
    this.#groups.set(group.id, group);
    return group;
  }

  /** Ends a group with all its series. */
  removeGroup(group: SeriesGroup): void {
    group.drop();
    this.#groups.delete(group.id);
  }

  /** `Series.set` for hot paths that hold handles. */
  set(handle: number, value: number): void {
    this.#store.set(handle, value);
  }

  /** `Series.clear` for hot paths that hold handles. */
  unset(handle: number): void {
    this.#store.clear(handle);
  }

  /** `Series.value` for those who hold handles. */
  valueAt(handle: number): number | undefined {
    return this.#store.valueOf(handle);
  }

  /** Calls `sample` before every read, to set what nobody announces, such as the memory in use. */
  beforeRead(sample: () => void): void {
    this.#samplers.push(sample);
  }

  /** The declared families, for outputs other than a scrape; a read like one. */
  families(): Family[] {
    for (const sample of this.#samplers) sample();
    return this.#parts().filter((part) => part instanceof Family);
  }

  /**
   * The exposition of this moment, to be released by the caller. Reads at the same time, and reads of an unchanged state,
   * share one.
   *
   * @param names only families of these names; such an exposition is not shared
   */
  async exposition(format: ExpositionFormat, names?: ReadonlySet<string>): Promise<Exposition> {
    for (const sample of this.#samplers) sample();
    const parts = this.#parts();
    if (names !== undefined) {
      const chosen = parts.filter((part) => names.has(nameOf(part)));
      return (await this.#renderer.render(format, chosen)).retain();
    }
    const latest = this.#latest.get(format);
    if (latest?.version === this.#store.version && parts.every(isFamily)) return latest.retain();
    const rendering = this.#underWay.get(format) ?? this.#renderAndKeep(format, parts);
    return (await rendering).retain();
  }

  override async metrics(): Promise<string> {
    return textOf(await this.exposition(this.#format));
  }

  /** One metric's text; prom-client's `getSingleMetricAsString` asks for it. */
  async getMetricsAsString(metric: Metric): Promise<string> {
    const exposition = await this.#renderer.render(this.#format, [metric]);
    return textOf(exposition.retain()).replace(/\n(# EOF\n)?$/, '');
  }

  /** @throws {Error} always: a label on every series is a target label, the scrape configuration's business. */
  override setDefaultLabels(): never {
    throw new Error('default labels are not supported: add them in the scrape configuration');
  }

  override registerMetric(metric: Metric): void {
    super.registerMetric(metric);
    this.#forgetAll();
  }

  override removeSingleMetric(name: string): void {
    super.removeSingleMetric(name);
    this.#forgetAll();
  }

  override clear(): void {
    super.clear();
    this.#forgetAll();
  }

  get #format(): ExpositionFormat {
    return this.contentType === Registry.OPENMETRICS_CONTENT_TYPE ? 'openmetrics' : 'text';
  }

  async #renderAndKeep(format: ExpositionFormat, parts: readonly Part[]): Promise<Exposition> {
    const rendering = this.#renderer.render(format, parts);
    this.#underWay.set(format, rendering);
    try {
      const exposition = await rendering;
      this.#forget(format);
      this.#latest.set(format, exposition.retain());
      return exposition;
    } finally {
      this.#underWay.delete(format);
    }
  }

  #forget(format: ExpositionFormat): void {
    this.#latest.get(format)?.release();
    this.#latest.delete(format);
  }

  #forgetAll(): void {
    for (const format of this.#latest.keys()) this.#forget(format);
  }

  #declare<F extends { readonly name: string }>(family: F): F {
    // prom-client's registry asks of a metric what Family has: name, get() and reset().
    this.registerMetric(family as unknown as Metric);
    return family;
  }

  #parts(): Part[] {
    return this.getMetricsAsArray() as unknown as Part[];
  }
}

function textOf(exposition: Exposition): string {
  const text = exposition.body.toString();
  exposition.release();
  return text;
}

function isFamily(part: Part): part is Family {
  return part instanceof Family;
}

function nameOf(part: Part): string {
  return (part as { readonly name?: string }).name ?? '';
}
