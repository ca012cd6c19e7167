import type { HealthReport, Log, RouteAnswer, RouteRequest } from '@device-exporters/exporter';
import { SeriesRegistry } from '@device-exporters/metrics';
import { type Clock, createGate } from '@device-exporters/retry';
import type { Config } from './config.ts';
import { queriesByName } from './discovery/names.ts';
import { discoveryAnswer } from './discovery/routes.ts';
import { TargetList } from './discovery/target-list.ts';
import { InfrahubClient } from './infrahub/client.ts';
import { meansDown } from './infrahub/errors.ts';
import type { RequestStats } from './infrahub/requests.ts';
import { SchemaCache } from './infrahub/schema-cache.ts';
import { createTransport } from './infrahub/transport.ts';
import { Kind } from './kinds/kind.ts';
import { mergeKinds } from './kinds/kind-plan.ts';
import type { Metrics } from './metrics.ts';
import { exportOverOtlp } from './otlp.ts';
import { Bell } from './rounds.ts';
import { Webhook } from './webhook.ts';

export interface FollowingOptions {
  readonly config: Config;
  /** The page. */
  readonly registry: SeriesRegistry;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Without a setting, series outlive so many intervals of failing rounds. */
const INTERVALS_OF_MAX_AGE = 5;

/** Everything that follows one configuration, from its first request to its last. */
export class Following {
  readonly #kinds: readonly Kind[];
  readonly #lists: readonly TargetList[];
  readonly #listsByName: ReadonlyMap<string, TargetList>;
  readonly #webhook: Webhook;
  readonly #stop = new AbortController();
  readonly ended: Promise<void>;

  constructor(options: FollowingOptions) {
    const { config, metrics, clock, signal, log } = options;
    const transport = createTransport(config.infrahub);
    const gate = createGate(config.infrahub.max_concurrency);
    const client = new InfrahubClient({ config: config.infrahub, transport, gate, stats: statsOf(metrics), clock });
    const schemas = new SchemaCache(client, config.infrahub.branch, clock);
    const bell = new Bell();
    const intervalMs = config.poll_interval_seconds * 1000;
    const { prometheus, otlp } = config.exporters;
    const nodes = prometheus.enabled ? options.registry : new SeriesRegistry();
    const plans = mergeKinds(config.metrics.kind);
    this.#kinds = plans.map((plan) => {
      return new Kind({
        plan,
        client,
        schemas,
        pageSize: config.infrahub.page_size,
        intervalMs,
        maxAgeMs: (config.metrics.max_age_seconds ?? config.poll_interval_seconds * INTERVALS_OF_MAX_AGE) * 1000,
        registry: nodes,
        metrics,
        bell,
        clock,
        log,
      });
    });
    const queries = config.service_discovery.enabled ? config.service_discovery.queries : [];
    const pageSize = config.infrahub.page_size;
    const listOf = new Map(
      queries.map((query) => [query, new TargetList({ config: query, client, pageSize, metrics, bell, clock, log })]),
    );
    this.#lists = [...listOf.values()];
    this.#listsByName = new Map(
      [...queriesByName(queries)].flatMap(([name, query]) => {
        const list = listOf.get(query);
        return list === undefined ? [] : [[name, list] as const];
      }),
    );
    this.#webhook = new Webhook(config.webhook, bell, clock);
    const until = AbortSignal.any([signal, this.#stop.signal]);
    const names = new Set(plans.map(({ metricName }) => metricName));
    const running = [
      ...[...this.#kinds, ...this.#lists].map((one) => one.run(until)),
      exportOverOtlp({ config: otlp, registry: nodes, names, clock, log }, until),
    ];
    this.ended = Promise.all(running).then(() => {
      this.#webhook.close();
      return transport.close();
    });
  }

  /** Answers `/sd/…` and `/webhook`. */
  answer(request: RouteRequest): RouteAnswer {
    if (request.path === '/webhook') return this.#webhook.answer(request);
    return discoveryAnswer(request, this.#listsByName);
  }

  health(): HealthReport {
    const queries = { key: 'queries', devices: this.#lists.map((list) => list.health()) };
    return { key: 'kinds', devices: this.#kinds.map((kind) => kind.health()), others: [queries] };
  }

  /** Ends it, with all series. */
  async end(): Promise<void> {
    this.#stop.abort(new Error('the configuration is another one now'));
    await this.ended;
    for (const one of [...this.#kinds, ...this.#lists]) one.dispose();
  }
}

function statsOf(metrics: Metrics): RequestStats {
  const up = metrics.up.series();
  return {
    sent: () => metrics.requests.series().add(),
    succeeded: () => up.set(1),
    failed(reason) {
      metrics.errors.series({ reason }).add();
      if (meansDown(reason)) up.set(0);
    },
  };
}
