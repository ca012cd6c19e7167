import type { DeviceHealth, Log } from '@device-exporters/exporter';
import { type DeviceNames, type GraphitePoint, type SeriesTemplates, seriesPoints } from '@device-exporters/graphite';
import type { SeriesRegistry } from '@device-exporters/metrics';
import { type Clock, createGate, type Gate } from '@device-exporters/retry';
import { type Credentials, type DiscoveredDevice, type Newcomer, Roster } from '@device-exporters/tplink';
import type { Config } from './config.ts';
import { declareReadings, type Metrics, type Readings } from './metrics.ts';
import { Plug, type PlugLegacy } from './plug.ts';
import { PlugStatus } from './plug-status.ts';

/** Looks at the networks once; resolves with who has answered. */
export type Discover = (signal: AbortSignal) => Promise<readonly DiscoveredDevice[]>;

/** What the set of devices works with. */
export interface PlugsOptions {
  readonly config: Config['kasa'];
  readonly registry: SeriesRegistry;
  readonly metrics: Metrics;
  readonly names: DeviceNames;
  readonly templates: SeriesTemplates;
  /** Takes the points of readings. */
  deliver(points: Iterable<GraphitePoint>): void;
  account(): Credentials | undefined;
  readonly discover: Discover;
  /** What devices have left under the configuration before: who refuses the account is not asked anew with every reload. */
  readonly legacies?: ReadonlyMap<string, PlugLegacy>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Discovery that fails altogether, as without a network, is tried again soon. */
const DISCOVERY_RETRY_MS = 10_000;

/** A device that was found and has been gone for a day is not looked for any more. */
const FORGET_AFTER_MS = 86_400_000;

/** No more devices are asked at the same time. */
const MOST_AT_ONCE = 64;

/** The devices that are known, all read side by side at every multiple of the interval. */
export class Plugs {
  readonly #options: PlugsOptions;
  readonly #readings: Readings = declareReadings();
  readonly #gate: Gate = createGate(MOST_AT_ONCE);
  readonly #roster: Roster<Plug>;
  readonly #labels = new Set<string>();
  readonly #underWay = new Set<Promise<unknown>>();
  #names: ReadonlyMap<string, string> = new Map();

  constructor(options: PlugsOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#roster = new Roster({
      create: (newcomer) => this.#create(newcomer),
      forgetAfterMs: FORGET_AFTER_MS,
      clock,
      tell: (news, { whereabouts: { address, hint } }) => {
        const level = news === 'known already' ? 'debug' : 'info';
        log[level]({ address, ...(hint && { protocol: hint.protocol }) }, `device ${news}`);
      },
    });
  }

  /** Looks for devices and reads them until the signal fires. Rejects never. */
  async run(signal: AbortSignal): Promise<void> {
    const ends = (error: unknown): void => {
      if (!signal.aborted) throw error;
    };
    this.#roster.list(this.#options.config.devices);
    await Promise.all([this.#lookAroundAgainAndAgain(signal).catch(ends), this.#pollAgainAndAgain(signal).catch(ends)]);
    await Promise.allSettled(this.#underWay);
  }

  /** What devices leave to those of the next configuration, by what they are called before they say who they are. */
  legacies(): ReadonlyMap<string, PlugLegacy> {
    return new Map(this.#roster.devices().map((plug) => [plug.provisionalId, plug.legacy]));
  }

  /** Lets the devices and their series go, once {@link run} has ended. */
  dispose(): void {
    this.#roster.dispose();
  }

  /** The series of what devices have said. */
  get readings(): SeriesRegistry {
    return this.#readings.registry;
  }

  /** Looks around and reads everybody, once. @returns how many devices have been read, of how many */
  async once(signal: AbortSignal): Promise<{ read: number; known: number }> {
    this.#roster.list(this.#options.config.devices);
    await this.#lookAround(signal);
    const devices = this.#roster.devices();
    await this.#poll(devices, signal, this.#options.clock.now());
    const read = devices.filter(({ isUp }) => isUp).length;
    const known = this.#roster.size;
    this.#roster.dispose();
    return { read, known };
  }

  health(): DeviceHealth[] {
    return this.#roster.devices().map((plug) => plug.health());
  }

  async #lookAroundAgainAndAgain(signal: AbortSignal): Promise<void> {
    const { config, clock } = this.#options;
    const usualMs = config.rediscovery_interval_seconds * 1000;
    for (;;) {
      const before = new Set(this.#roster.devices());
      const startMs = clock.monotonicMs();
      const isDone = await this.#lookAround(signal);
      const newcomers = this.#roster.devices().filter((plug) => !before.has(plug));
      // They need not wait for the next multiple.
      this.#begin(newcomers, signal, clock.now());
      const waitMs = isDone ? usualMs : Math.min(usualMs, DISCOVERY_RETRY_MS);
      await clock.sleep(Math.max(waitMs - (clock.monotonicMs() - startMs), 0), signal);
      this.#roster.list(config.devices);
    }
  }

  async #lookAround(signal: AbortSignal): Promise<boolean> {
    const { discover, log, metrics } = this.#options;
    try {
      this.#roster.found(await discover(signal));
      return true;
    } catch (err) {
      signal.throwIfAborted();
      log.warn({ err }, 'devices cannot be looked for; listed ones are read all the same');
      return false;
    } finally {
      this.#roster.forget();
      metrics.devices.series().set(this.#roster.size);
    }
  }

  async #pollAgainAndAgain(signal: AbortSignal): Promise<void> {
    const { config, clock } = this.#options;
    const intervalMs = config.poll_interval_seconds * 1000;
    for (let atMs = clock.now(); ; ) {
      // Beside each other: a device that hangs does not keep the others from their next reading.
      this.#begin(this.#roster.devices(), signal, atMs);
      atMs = nextMultiple(intervalMs, clock.now(), atMs);
      await clock.sleep(atMs - clock.now(), signal);
    }
  }

  #begin(plugs: readonly Plug[], signal: AbortSignal, atMs: number): void {
    const polling = this.#poll(plugs, signal, atMs)
      .catch((error: unknown) => {
        // Anything else is an error of the program, and ends it.
        if (!signal.aborted) throw error;
      })
      .finally(() => this.#underWay.delete(polling));
    this.#underWay.add(polling);
  }

  /** Reads devices side by side; all points have one time, that of the beginning. */
  async #poll(plugs: readonly Plug[], signal: AbortSignal, atMs: number): Promise<void> {
    const { metrics } = this.#options;
    const nameless: Plug[] = [];
    const readOne = async (plug: Plug): Promise<void> => {
      if (!(await this.#gate.run(() => plug.read(signal), signal))) return;
      this.#roster.seen(plug);
      if (plug.partIds.every((id) => this.#names.has(id))) this.#deliver(plug, atMs);
      else nameless.push(plug);
    };
    const due = plugs.filter((plug) => !plug.isResting);
    const free = due.filter((plug) => !plug.isBusy);
    metrics.skipped.series().add(due.length - free.length);
    await Promise.all(free.map(readOne));
    // Named together, so that who gets which of two equal names is no matter of who was faster.
    this.#nameAll();
    for (const plug of nameless) this.#deliver(plug, atMs);
  }

  #nameAll(): void {
    const { names } = this.#options;
    const plugs = this.#roster.devices();
    if (plugs.every(({ partIds }) => partIds.every((id) => this.#names.has(id)))) return;
    const own = names.assign(plugs.flatMap(({ named }) => named ?? []));
    // Outlets have the name of their strip in front, whatever that has come to be.
    const outlets = names.assign(plugs.flatMap((plug) => plug.outletsOf(own.get(plug.deviceId ?? '') ?? '')));
    this.#names = new Map([...own, ...outlets]);
  }

  #deliver(plug: Plug, atMs: number): void {
    const { deliver, templates } = this.#options;
    deliver(seriesPoints(plug.readingsAs(this.#names, atMs).samples(), templates));
  }

  #create(newcomer: Newcomer): Plug {
    const { config, registry, metrics, account, legacies, clock, log } = this.#options;
    return new Plug({
      newcomer,
      readings: this.#readings,
      status: new PlugStatus({ registry, metrics, taken: this.#labels }),
      account,
      exchangeTimeoutMs: config.timeout_seconds * 1000,
      legacy: legacies?.get(newcomer.provisionalId),
      clock,
      log,
    });
  }
}

/**
 * The next multiple of an interval. A timer may be a millisecond early: the multiple that was waited for is not waited for
 * again, unless the time has been set back meanwhile.
 */
function nextMultiple(intervalMs: number, nowMs: number, latestMs: number): number {
  const isEarly = nowMs < latestMs && latestMs - nowMs < intervalMs / 2;
  return (Math.floor((isEarly ? latestMs : nowMs) / intervalMs) + 1) * intervalMs;
}
