import {
  type DeviceHealth,
  describeError,
  type Log,
  type RouteAnswer,
  type RouteRequest,
} from '@device-exporters/exporter';
import type { Clock, Timer } from '@device-exporters/retry';
import type { QueryConfig } from '../config.ts';
import type { InfrahubClient } from '../infrahub/client.ts';
import { type Metrics, startAtZero } from '../metrics.ts';
import { type Bell, runRounds } from '../rounds.ts';
import type { TargetListView } from './index-page.ts';
import { labelNameOf } from './label-names.ts';
import { listAnswer } from './list-answer.ts';
import { nameOf } from './names.ts';
import { readQueryFile } from './query-file.ts';
import { readGroups } from './read-groups.ts';
import { ShrinkGuard } from './shrink-guard.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';
import { groupMaker, type ToGroup } from './target-group.ts';

/** What a list is refreshed with. */
export interface TargetListOptions {
  readonly config: QueryConfig;
  readonly client: InfrahubClient;
  readonly pageSize: number;
  readonly metrics: Metrics;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly log: Log;
}

/** An answer that comes as one piece and is larger than this is worth a word. */
const LARGE_UNPAGED = 5_000;

/** One query: its targets are read again and again in the background, and served from what was read last. */
export class TargetList {
  readonly name: string;
  readonly #options: TargetListOptions;
  readonly #toGroup: ToGroup;
  readonly #guard: ShrinkGuard;
  #snapshot: Snapshot | undefined;
  #isUp = false;
  #lastSuccessMs: number | undefined;
  #trouble: string | undefined;
  /** How long the list is that is held back now. */
  #heldBack: number | undefined;
  #isLargeTold = false;
  #expiry: Timer | undefined;

  constructor(options: TargetListOptions) {
    const { config, metrics } = options;
    this.name = nameOf(config);
    this.#options = options;
    this.#toGroup = groupMaker(config);
    this.#guard = new ShrinkGuard(config.min_targets_ratio);
    for (const family of [metrics.sdErrors, metrics.sdHeldBack]) startAtZero(family.series({ query: this.name }));
    for (const label of Object.keys(config.label_mappings)) {
      const name = labelNameOf(label);
      if (name !== label)
        options.log.warn({ query: this.name, label, name }, 'not a label name; it is called otherwise');
    }
  }

  /** Refreshes the list until the signal fires. Rejects never. */
  async run(signal: AbortSignal): Promise<void> {
    const { config, bell, clock } = this.#options;
    const failed = (error: unknown, waitMs: number): void => this.#failed(error, waitMs);
    const intervalMs = config.refresh_interval_seconds * 1000;
    await runRounds({ round: (until) => this.#round(until), failed, intervalMs, bell, clock }, signal);
    this.#expiry?.cancel();
  }

  /** The list, or 503 while there is none to be relied on: Prometheus then keeps what it has. */
  answer(headers: RouteRequest['headers']): RouteAnswer {
    const { refresh_interval_seconds: intervalSeconds } = this.#options.config;
    return listAnswer({ snapshot: this.#snapshot, trouble: this.#trouble, intervalSeconds }, headers);
  }

  /** Targets served now; undefined while there is no list. */
  get targets(): number | undefined {
    return this.#snapshot?.targets;
  }

  /** How it is, for people. */
  get view(): TargetListView {
    const { refresh_interval_seconds: intervalSeconds } = this.#options.config;
    return {
      name: this.name,
      intervalSeconds,
      targets: this.targets,
      skipped: this.#snapshot?.skipped,
      bytes: this.#snapshot?.plain.length,
      ageSeconds:
        this.#lastSuccessMs === undefined ? undefined : (this.#options.clock.now() - this.#lastSuccessMs) / 1000,
      state: this.#state(),
    };
  }

  #state(): string {
    if (this.#trouble !== undefined) return `failing: ${this.#trouble}`;
    if (this.#snapshot === undefined) return 'the first refresh is under way';
    return this.#heldBack === undefined ? 'up to date' : `a list of ${this.#heldBack} is held back`;
  }

  health(): DeviceHealth {
    const seconds = this.#lastSuccessMs === undefined ? null : this.#lastSuccessMs / 1000;
    const view = { name: this.name, up: this.#isUp, last_success: seconds, targets: this.targets ?? null };
    return { isUp: this.#isUp, view };
  }

  /** Ends its series. */
  dispose(): void {
    const { sdTargets, sdLastSuccess, sdSkipped, sdErrors, sdHeldBack } = this.#options.metrics;
    for (const family of [sdTargets, sdLastSuccess, sdSkipped, sdErrors, sdHeldBack])
      family.series({ query: this.name }).clear();
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { config, client, pageSize, metrics, log } = this.#options;
    const { name } = this;
    const query = await readQueryFile(config.file_path);
    const read = await readGroups({ name, query, client, pageSize, toGroup: this.#toGroup }, signal);
    if (!query.isPaged && read.nodes > LARGE_UNPAGED && !this.#isLargeTold) {
      this.#isLargeTold = true;
      log.warn({ query: name, nodes: read.nodes }, 'the query has no $offset and $limit and brings all at once');
    }
    if (!this.#guard.accepts(read.targets)) {
      metrics.sdErrors.series({ query: name }).add();
      metrics.sdHeldBack.series({ query: name }).add();
      this.#heldBack = read.targets;
      log.warn({ query: name, targets: read.targets, before: this.targets }, 'the list has shrunk too much; held back');
      return;
    }
    this.#succeeded(await snapshotOf(read, this.#snapshot));
  }

  #succeeded(snapshot: Snapshot): void {
    const { config, metrics, clock, log } = this.#options;
    const query = this.name;
    if (!this.#isUp)
      log.info({ query, targets: snapshot.targets, skipped: snapshot.skipped }, 'list of targets is read');
    this.#snapshot = snapshot;
    this.#isUp = true;
    this.#trouble = undefined;
    this.#heldBack = undefined;
    this.#lastSuccessMs = clock.now();
    metrics.sdTargets.series({ query }).set(snapshot.targets);
    metrics.sdSkipped.series({ query }).set(snapshot.skipped);
    metrics.sdLastSuccess.series({ query }).set(this.#lastSuccessMs / 1000);
    this.#expiry?.cancel();
    this.#expiry = clock.after(config.max_age_seconds * 1000, () => this.#expire());
    this.#expiry.unref();
  }

  #failed(error: unknown, waitMs: number): void {
    const { client, metrics, log } = this.#options;
    const query = this.name;
    client.count(error);
    const trouble = describeError(error);
    const facts = { query, err: trouble, nextAttemptSeconds: Math.round(waitMs / 1000) };
    metrics.sdErrors.series({ query }).add();
    if (trouble === this.#trouble) log.debug(facts, 'list of targets still cannot be read');
    else log.warn(facts, 'list of targets cannot be read; the last one stays for a while');
    this.#isUp = false;
    this.#trouble = trouble;
  }

  #expire(): void {
    const { metrics, log } = this.#options;
    this.#snapshot = undefined;
    for (const family of [metrics.sdTargets, metrics.sdSkipped]) family.series({ query: this.name }).clear();
    log.warn({ query: this.name }, 'list of targets is too old now and is not served any more');
  }
}
