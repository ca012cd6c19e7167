import { type DeviceHealth, describeError, type Log } from '@device-exporters/exporter';
import type { InfoFamily, InfoLines, SeriesRegistry } from '@device-exporters/metrics';
import type { Clock, Timer } from '@device-exporters/retry';
import type { InfrahubClient } from '../infrahub/client.ts';
import { InfrahubError, reasonOf } from '../infrahub/errors.ts';
import type { InfrahubSchema } from '../infrahub/schema.ts';
import type { SchemaCache } from '../infrahub/schema-cache.ts';
import { type Metrics, startAtZero } from '../metrics.ts';
import { type Bell, runRounds } from '../rounds.ts';
import type { KindPlan } from './kind-plan.ts';
import { type ReadNodes, type Row, readNodes } from './read-nodes.ts';

/** What a kind is read with. */
export interface KindOptions {
  readonly plan: KindPlan;
  readonly client: InfrahubClient;
  readonly schemas: SchemaCache;
  readonly pageSize: number;
  readonly intervalMs: number;
  /** For how long the series outlive failing rounds, in milliseconds; undefined: as long as five rounds. */
  readonly maxAgeMs: number | undefined;
  /** Where the nodes' series are: on the page, or apart from it. */
  readonly registry: SeriesRegistry;
  readonly metrics: Metrics;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly log: Log;
}

/** Without a setting, series outlive so many rounds. */
const ROUNDS_OF_MAX_AGE = 5;

/** One kind: its nodes are read again and again, and are one series each. */
export class Kind {
  readonly #options: KindOptions;
  readonly #family: InfoFamily;
  #isUp = false;
  #lastSuccessMs: number | undefined;
  #lastTrouble: string | undefined;
  #expiry: Timer | undefined;

  constructor(options: KindOptions) {
    const { plan, registry, metrics } = options;
    this.#options = options;
    this.#family = registry.info({
      name: plan.metricName,
      help: `Info about Infrahub ${plan.kind}`,
      labels: plan.labels,
    });
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
    const pieceOf = (rows: readonly Row[]): InfoLines => this.#family.lines(rows);
    const read = (schema: InfrahubSchema): Promise<ReadNodes<InfoLines>> =>
      readNodes(plan, { schema, client, pageSize, pageRead: () => pages.add(), pieceOf }, signal);
    try {
      const schema = await schemas.current(signal);
      const { pieces, count } = await read(schema).catch(async (error: unknown) => {
        if (signal.aborted || !['schema', 'graphql'].includes(reasonOf(error))) throw error;
        // It may be that the schema has become another one meanwhile.
        schemas.doubt();
        const newer = await schemas.current(signal);
        if (newer === schema) throw error;
        client.count(error);
        return read(newer);
      });
      // All of it in one turn: who reads in between finds the last state, or this one.
      this.#family.show(pieces, clock.now());
      this.#succeeded(count, clock.monotonicMs() - startMs);
    } finally {
      metrics.fetchDuration.series({ kind }).set((clock.monotonicMs() - startMs) / 1000);
    }
  }

  #succeeded(count: number, tookMs: number): void {
    const { plan, metrics, clock, intervalMs, log } = this.#options;
    const { kind } = plan;
    this.#lastSuccessMs = clock.now();
    metrics.nodes.series({ kind }).set(count);
    metrics.lastSuccess.series({ kind }).set(this.#lastSuccessMs / 1000);
    if (!this.#isUp) log.info({ kind, nodes: count }, 'kind is read');
    this.#isUp = true;
    this.#lastTrouble = undefined;
    this.#expiry?.cancel();
    // A round may take longer than the interval: what is being read anew is not too old yet.
    const maxAgeMs = this.#options.maxAgeMs ?? ROUNDS_OF_MAX_AGE * Math.max(intervalMs, tookMs);
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
    const { plan, metrics, clock, log } = this.#options;
    this.#family.show([], clock.now());
    metrics.nodes.series({ kind: plan.kind }).clear();
    log.warn({ kind: plan.kind }, 'series of the kind are too old now and are gone');
  }
}
