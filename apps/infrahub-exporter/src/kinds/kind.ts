import { type DeviceHealth, describeError, type Log } from '@device-exporters/exporter';
import type { Family, SeriesGroup, SeriesRegistry } from '@device-exporters/metrics';
import type { Clock, Timer } from '@device-exporters/retry';
import type { InfrahubClient } from '../infrahub/client.ts';
import { InfrahubError, reasonOf } from '../infrahub/errors.ts';
import type { InfrahubSchema } from '../infrahub/schema.ts';
import type { SchemaCache } from '../infrahub/schema-cache.ts';
import { type Metrics, startAtZero } from '../metrics.ts';
import { type Bell, runRounds } from '../rounds.ts';
import type { KindPlan } from './kind-plan.ts';
import { readNodes } from './read-nodes.ts';

/** What a kind is read with. */
export interface KindOptions {
  readonly plan: KindPlan;
  readonly client: InfrahubClient;
  readonly schemas: SchemaCache;
  readonly pageSize: number;
  readonly intervalMs: number;
  /** For how long the series outlive failing rounds, in milliseconds. */
  readonly maxAgeMs: number;
  /** Where the nodes' series are: on the page, or apart from it. */
  readonly registry: SeriesRegistry;
  readonly metrics: Metrics;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly log: Log;
}

/** So many series are obtained before others get a turn. */
const SLICE = 250;

/** Setting is cheaper. */
const SET_SLICE = 5_000;

/** One kind: its nodes are read again and again, and are one series each. */
export class Kind {
  readonly #options: KindOptions;
  readonly #family: Family;
  readonly #group: SeriesGroup;
  #isUp = false;
  #lastSuccessMs: number | undefined;
  #lastTrouble: string | undefined;
  #expiry: Timer | undefined;

  constructor(options: KindOptions) {
    const { plan, registry, metrics } = options;
    this.#options = options;
    this.#family = registry.gauge({
      name: plan.metricName,
      help: `Info about Infrahub ${plan.kind}`,
      labels: plan.labels,
    });
    this.#group = registry.group();
    startAtZero(metrics.pages.series({ kind: plan.kind }));
  }

  /** Reads the kind until the signal fires. Rejects never. */
  async run(signal: AbortSignal): Promise<void> {
    const { intervalMs, bell, clock, log, plan } = this.#options;
    const failed = (error: unknown, waitMs: number): void => this.#failed(error, waitMs);
    await runRounds({ round: (until) => this.#round(until), failed, intervalMs, bell, clock }, signal);
    this.#expiry?.cancel();
    log.debug({ kind: plan.kind }, 'kind is not read any more');
  }

  health(): DeviceHealth {
    const seconds = this.#lastSuccessMs === undefined ? null : this.#lastSuccessMs / 1000;
    return { isUp: this.#isUp, view: { kind: this.#options.plan.kind, up: this.#isUp, last_success: seconds } };
  }

  /** Ends all series and the family itself, so that it may come back with other labels. */
  dispose(): void {
    const { registry, metrics, plan } = this.#options;
    registry.removeGroup(this.#group);
    registry.removeSingleMetric(plan.metricName);
    const { kind } = plan;
    const { lastSuccess, fetchDuration, nodes, pages } = metrics;
    for (const family of [lastSuccess, fetchDuration, nodes, pages]) family.series({ kind }).clear();
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { plan, schemas, client, pageSize, metrics, clock } = this.#options;
    const { kind } = plan;
    const startMs = clock.monotonicMs();
    const pages = metrics.pages.series({ kind });
    const read = (schema: InfrahubSchema): Promise<Map<string, string[]>> =>
      readNodes(plan, { schema, client, pageSize, pageRead: () => pages.add() }, signal);
    try {
      const schema = await schemas.current(signal);
      const nodes = await read(schema).catch(async (error: unknown) => {
        if (signal.aborted || !['schema', 'graphql'].includes(reasonOf(error))) throw error;
        // It may be that the schema has become another one meanwhile.
        schemas.doubt();
        const newer = await schemas.current(signal);
        if (newer === schema) throw error;
        client.count(error);
        return read(newer);
      });
      await this.#export([...nodes.values()]);
      this.#succeeded(nodes.size);
    } finally {
      metrics.fetchDuration.series({ kind }).set((clock.monotonicMs() - startMs) / 1000);
    }
  }

  /** Obtains all series first, in slices; then they have their values within some turns, and what is gone goes. */
  async #export(nodes: readonly (readonly string[])[]): Promise<void> {
    const { plan, registry, clock } = this.#options;
    const handles = new Set<number>();
    for (let from = 0; from < nodes.length; from += SLICE) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      for (const values of nodes.slice(from, from + SLICE)) {
        const labels = Object.fromEntries(plan.labels.map((name, index) => [name, values[index] ?? '']));
        handles.add(this.#group.series(this.#family, labels).handle);
      }
    }
    let set = 0;
    for (const handle of handles) {
      registry.set(handle, 1);
      if (++set % SET_SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#group.keepOnly(handles);
    this.#group.touch(clock.now());
  }

  #succeeded(count: number): void {
    const { plan, metrics, clock, maxAgeMs, log } = this.#options;
    const { kind } = plan;
    this.#lastSuccessMs = clock.now();
    metrics.nodes.series({ kind }).set(count);
    metrics.lastSuccess.series({ kind }).set(this.#lastSuccessMs / 1000);
    if (!this.#isUp) log.info({ kind, nodes: count }, 'kind is read');
    this.#isUp = true;
    this.#lastTrouble = undefined;
    this.#expiry?.cancel();
    this.#expiry = clock.after(maxAgeMs, () => this.#expire());
    this.#expiry.unref();
  }

  #failed(error: unknown, waitMs: number): void {
    const { plan, client, log } = this.#options;
    client.count(error instanceof InfrahubError ? error : new InfrahubError('protocol', 'unexpected'));
    this.#isUp = false;
    const trouble = describeError(error);
    const facts = {
      kind: plan.kind,
      reason: reasonOf(error),
      err: trouble,
      nextAttemptSeconds: Math.round(waitMs / 1000),
    };
    // Trouble that stays the same is told once.
    if (trouble === this.#lastTrouble) log.debug(facts, 'kind still cannot be read');
    else log.warn(facts, 'kind cannot be read; its last series stay for a while');
    this.#lastTrouble = trouble;
  }

  #expire(): void {
    const { plan, metrics, log } = this.#options;
    this.#group.drop();
    metrics.nodes.series({ kind: plan.kind }).clear();
    log.warn({ kind: plan.kind }, 'series of the kind are too old now and are gone');
  }
}
