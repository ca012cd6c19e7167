import type { Environment, HealthReport, Log, RouteAnswer, RouteRequest } from '@device-exporters/exporter';
import { SeriesRegistry } from '@device-exporters/metrics';
import type { OtlpMetrics } from '@device-exporters/otlp';
import type { Clock } from '@device-exporters/retry';
import type { Config } from './config.ts';
import { type Connection, connectionTo } from './connection.ts';
import { queriesByName } from './discovery/names.ts';
import { discoveryAnswer } from './discovery/routes.ts';
import { TargetList } from './discovery/target-list.ts';
import { Kind } from './kinds/kind.ts';
import { declareOptionalMetrics, type Metrics } from './metrics.ts';
import { exportOverOtlp } from './otlp.ts';
import { Bell } from './rounds.ts';
import { type Task, Tasks } from './tasks.ts';
import { type Wanted, wantedBy } from './wanted.ts';
import { Webhook } from './webhook.ts';

/** What everything is followed with. */
export interface FollowingOptions {
  /** The page. */
  readonly registry: SeriesRegistry;
  readonly metrics: Metrics;
  readonly version: string;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Everything that follows an Infrahub, as the configuration of now wants it. */
export class Following {
  readonly #options: FollowingOptions;
  readonly #bell = new Bell();
  /** Where the nodes are while the page is not to have them. */
  readonly #apart = new SeriesRegistry();
  readonly #kindTasks: Tasks<Kind>;
  readonly #listTasks: Tasks<TargetList>;
  readonly #otlpTasks: Tasks<Task>;
  #connection: { readonly key: string; readonly way: Connection } | undefined;
  #kinds: readonly Kind[] = [];
  #lists: readonly TargetList[] = [];
  #listsByName: ReadonlyMap<string, TargetList> = new Map();
  #webhook: Webhook | undefined;
  #otlpMetrics: OtlpMetrics | undefined;

  constructor(config: Config, options: FollowingOptions) {
    this.#options = options;
    this.#kindTasks = new Tasks(options.signal);
    this.#listTasks = new Tasks(options.signal);
    this.#otlpTasks = new Tasks(options.signal);
    this.#launch(config, wantedBy(config));
  }

  /** Takes a new configuration over: what has not changed goes on undisturbed. */
  async reload(config: Config): Promise<void> {
    const wanted = wantedBy(config);
    await this.#otlpTasks.keepOnly(new Set([wanted.otlpKey]));
    await this.#kindTasks.keepOnly(new Set(wanted.kinds.map(({ key }) => key)));
    await this.#listTasks.keepOnly(new Set(wanted.lists.map(({ key }) => key)));
    const isTriggered = this.#webhook?.close() === true;
    if (this.#connection?.key !== wanted.connectionKey) {
      await this.#connection?.way.close();
      this.#connection = undefined;
    }
    this.#launch(config, wanted);
    // What was promised with the webhook of before is done now.
    if (isTriggered) this.#bell.ring();
  }

  /** Resolves when everything has ended after the signal fired. */
  async ended(): Promise<void> {
    await Promise.all([this.#kindTasks.ended(), this.#listTasks.ended(), this.#otlpTasks.ended()]);
    this.#webhook?.close();
    await this.#connection?.way.close();
  }

  health(): HealthReport {
    const queries = { key: 'queries', devices: this.#lists.map((list) => list.health()) };
    return { key: 'kinds', devices: this.#kinds.map((kind) => kind.health()), others: [queries] };
  }

  /** Answers `/sd/…` and `/webhook`. */
  answer(request: RouteRequest): RouteAnswer {
    if (request.path !== '/webhook') return discoveryAnswer(request, this.#listsByName);
    return this.#webhook?.answer(request) ?? { status: 404, body: '404 page not found\n' };
  }

  #launch(config: Config, { connectionKey, kinds, lists, otlpKey }: Wanted): void {
    const { metrics, registry, clock, log } = this.#options;
    this.#connection ??= { key: connectionKey, way: connectionTo(config.infrahub, metrics, clock) };
    const { client, schemas } = this.#connection.way;
    const bell = this.#bell;
    const pageSize = config.infrahub.page_size;
    const nodes = config.exporters.prometheus.enabled ? registry : this.#apart;
    const intervalMs = config.poll_interval_seconds * 1000;
    const { max_age_seconds: maxAge } = config.metrics;
    const maxAgeMs = maxAge === null ? undefined : maxAge * 1000;
    const common = { client, pageSize, metrics, bell, clock, log };

    this.#kinds = kinds.map(({ key, plan }) =>
      this.#kindTasks.start(key, () => {
        return new Kind({ ...common, plan, schemas, intervalMs, maxAgeMs, registry: nodes });
      }),
    );
    const started = lists.map(({ key, query }) => {
      const list = this.#listTasks.start(key, () => new TargetList({ ...common, config: query }));
      return { ...query, list };
    });
    this.#lists = started.map(({ list }) => list);
    this.#listsByName = new Map([...queriesByName(started)].map(([name, { list }]) => [name, list]));
    this.#webhook = new Webhook(config.webhook, bell, clock);
    const names = new Set(kinds.map(({ plan }) => plan.metricName));
    const { version, environment } = this.#options;
    const otlp = {
      ...{ config: config.exporters.otlp, registry: nodes, names, version, environment, clock, log },
      metrics: () => {
        this.#otlpMetrics ??= declareOptionalMetrics(registry).otlp;
        return this.#otlpMetrics;
      },
    };
    this.#otlpTasks.start(otlpKey, () => ({ run: (signal) => exportOverOtlp(otlp, signal), dispose: () => {} }));
  }
}
