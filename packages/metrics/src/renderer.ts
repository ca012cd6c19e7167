import { setImmediate } from 'node:timers/promises';
import { BodyPool } from './body-pool.ts';
import { Exposition } from './exposition.ts';
import { type ExpositionFormat, Family } from './family.ts';
import {
  type Metric,
  type MetricObjectWithValues,
  type MetricValue,
  type OpenMetricsContentType,
  Registry,
} from './prom-client.ts';
import type { SeriesStore } from './series-store.ts';

/** What a registry holds: families of ours and metrics of prom-client's. */
export type Part = Family | Metric;

/** States with more series to write than this are written in slices, so that the event loop keeps turning. */
const SLICED_ABOVE_SERIES = 10_000;

/** As many bytes as those series have, or about that. */
const SLICED_ABOVE_BYTES = 1024 * 1024;

const LINE_FEED = Buffer.from('\n');
const END_OF_OPENMETRICS = Buffer.from('# EOF\n');

/** A method of prom-client's registry that its types leave out. */
interface MetricWriter {
  getMetricsAsString(metric: Metric): Promise<string>;
}

/** Puts families and prom-client's metrics together as prom-client does, to the byte. */
export class Renderer {
  readonly #store: SeriesStore;
  readonly #sliceMs: number;
  readonly #pool = new BodyPool();
  /** Resolves when nobody reads the lines of blocks any more. */
  #idle: Promise<unknown> = Promise.resolve();
  /** prom-client takes the format from the registry that writes a metric: one for each. */
  readonly #writers = { text: new Registry() as unknown as MetricWriter, openmetrics: openMetricsWriter() };

  constructor(store: SeriesStore, sliceMs: number) {
    this.#store = store;
    this.#sliceMs = sliceMs;
  }

  /** The body that shows these parts in their state of one moment, once those asked for before are done. */
  async render(format: ExpositionFormat, parts: readonly Part[]): Promise<Exposition> {
    const foreign = new Map<Part, Buffer>();
    for (const part of parts) {
      if (!(part instanceof Family)) foreign.set(part, await this.#foreignText(format, part));
    }
    // One at a time: an update would write into blocks that another one is just copying.
    const rendering = this.#idle.then(() => this.#renderAlone(format, parts, foreign));
    this.#idle = rendering.catch(() => undefined);
    return rendering;
  }

  async #renderAlone(
    format: ExpositionFormat,
    parts: readonly Part[],
    foreign: ReadonlyMap<Part, Buffer>,
  ): Promise<Exposition> {
    const version = await this.#update();
    // All in this turn: what an info family shows now belongs to `version`, or is newer and read again.
    const chunks = parts.flatMap((part, place) => {
      const own = part instanceof Family ? [part.head(format), ...part.chunks()] : [foreign.get(part) ?? LINE_FEED];
      return format === 'text' && place > 0 ? [LINE_FEED, ...own] : own;
    });
    if (chunks.length === 0) chunks.push(LINE_FEED);
    if (format === 'openmetrics') chunks.push(END_OF_OPENMETRICS);
    return new Exposition(format, version, await this.#join(chunks), this.#pool);
  }

  /** Brings all lines up to date; resolves with the version they show. */
  async #update(): Promise<number> {
    const { version } = this.#store;
    if (this.#store.pendingSeries <= SLICED_ABOVE_SERIES) this.#store.update();
    else await this.#store.updateInSlices(pauseEvery(this.#sliceMs));
    return version;
  }

  /** In slices where it is much: memory that was never used before is ten times slower than its copying. */
  async #join(chunks: readonly Uint8Array[]): Promise<Buffer> {
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const body = this.#pool.take(bytes);
    const pause = bytes > SLICED_ABOVE_BYTES ? pauseEvery(this.#sliceMs) : undefined;
    let at = 0;
    for (const chunk of chunks) {
      body.set(chunk, at);
      at += chunk.length;
      const paused = pause?.();
      if (paused !== undefined) await paused;
    }
    return body;
  }

  async #foreignText(format: ExpositionFormat, metric: Metric): Promise<Buffer> {
    const writer = this.#writers[format];
    const text = await writer.getMetricsAsString(format === 'openmetrics' ? asOpenMetrics(metric) : metric);
    return Buffer.from(`${text}\n`);
  }
}

function openMetricsWriter(): MetricWriter {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry as unknown as MetricWriter;
}

/**
 * A metric as prom-client's writer wants it for OpenMetrics: a counter's family is named without `_total`. prom-client's
 * own `metrics()` renames the metric itself, for good; here it keeps its name.
 */
function asOpenMetrics(metric: Metric): Metric {
  const source = metric as Metric & { getForPromString?: () => Promise<MetricObjectWithValues<MetricValue<string>>> };
  const read = async (): Promise<unknown> => {
    const object = source.getForPromString === undefined ? await metric.get() : await source.getForPromString();
    return String(object.type) === 'counter' ? { ...object, name: object.name.replace(/_total$/, '') } : object;
  };
  return { getForPromString: read } as unknown as Metric;
}

/** Asks for a turn of the event loop whenever `sliceMs` have passed since the last one. */
function pauseEvery(sliceMs: number): () => Promise<unknown> | undefined {
  let sliceStart = performance.now();
  return () => {
    if (performance.now() - sliceStart < sliceMs) return undefined;
    return setImmediate().then(() => {
      sliceStart = performance.now();
    });
  };
}
