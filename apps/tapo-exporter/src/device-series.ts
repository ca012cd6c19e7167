import {
  type PutReading,
  type Series,
  type SeriesGroup,
  type SeriesRegistry,
  SeriesTakenError,
} from '@device-exporters/metrics';
import {
  FAULT_REASONS,
  type FaultReason,
  type Measurements,
  type Reading,
  type Snapshot,
} from '@device-exporters/tplink';
import type { CompatibilityMetric } from './compatibility-metrics.ts';
import type { Metrics } from './metrics.ts';
import type { Selection } from './selection.ts';

/** What the series of all devices share. */
export interface SeriesContext {
  readonly registry: SeriesRegistry;
  readonly metrics: Metrics;
  readonly compatibility: readonly CompatibilityMetric[];
  readonly selection: Selection;
}

/** How a device is reached: labels of its info. */
export interface Reach {
  readonly host: string;
  readonly protocol: string;
}

/** Status of one device under one id. */
interface Status {
  readonly up: Series;
  readonly errors: Readonly<Record<FaultReason, Series>>;
}

/** The series of one device: its readings, which come and go as a whole, and its status, which stays. */
export class DeviceSeries {
  #context: SeriesContext;
  readonly #readings: SeriesGroup;
  readonly #own: SeriesGroup;
  #deviceId: string;
  #status: Status;

  /** @param deviceId until the device has said who it is: its address as listed, or what discovery calls it */
  constructor(context: SeriesContext, deviceId: string) {
    this.#context = context;
    this.#readings = context.registry.group();
    this.#own = context.registry.group();
    this.#deviceId = deviceId;
    this.#status = this.#obtainStatus();
  }

  /** What is exported is chosen otherwise from the next reading on. */
  rejoin(context: SeriesContext): void {
    this.#context = context;
  }

  /** Now that the device has said who it is: its failures until then were its own. */
  rename(deviceId: string): void {
    if (deviceId === this.#deviceId) return;
    const counts = FAULT_REASONS.map((reason) => this.#status.errors[reason].value ?? 0);
    this.#own.drop();
    this.#deviceId = deviceId;
    this.#status = this.#obtainStatus();
    for (const [index, reason] of FAULT_REASONS.entries()) this.#status.errors[reason].set(counts[index] ?? 0);
  }

  /** Puts what the device says in the place of what it said before. */
  succeed(snapshot: Snapshot, reach: Reach, atMs: number, tookMs: number): void {
    const { lastSuccess, pollDuration } = this.#context.metrics;
    const label = { device_id: this.#deviceId };
    this.#status.up.set(1);
    this.#own.series(lastSuccess, label).set(atMs / 1000);
    this.#own.series(pollDuration, label).set(tookMs / 1000);
    this.#replace([snapshot.device, ...snapshot.children], reach, atMs);
  }

  /** Takes the readings away: nothing is exported that is not known now. */
  fail(reason: FaultReason, atMs: number, tookMs: number): void {
    this.#status.up.set(0);
    this.#status.errors[reason].add();
    this.#own.series(this.#context.metrics.pollDuration, { device_id: this.#deviceId }).set(tookMs / 1000);
    this.#readings.replace(() => {}, atMs);
  }

  /** Ends all series: the device is not known any more. */
  dispose(): void {
    this.#context.registry.removeGroup(this.#readings);
    this.#context.registry.removeGroup(this.#own);
  }

  #obtainStatus(): Status {
    const { up, errors } = this.#context.metrics;
    const label = { device_id: this.#deviceId };
    const entries = FAULT_REASONS.map((reason) => [reason, this.#own.series(errors, { ...label, reason })] as const);
    const status = {
      up: this.#own.series(up, label),
      errors: Object.fromEntries(entries) as Record<FaultReason, Series>,
    };
    // Known, but not read yet.
    status.up.set(0);
    return status;
  }

  #replace(readings: readonly Reading[], reach: Reach, atMs: number): void {
    const included = readings.filter(({ identity }) => this.#context.selection.includes(identity.family));
    this.#readings.replace((put) => {
      for (const reading of included) {
        this.#put(put, reading, reach);
        if (reading.identity.childId === '') this.#putOriginals(put, reading, reach);
      }
    }, atMs);
  }

  #put(put: PutReading, { identity, measurements }: Reading, reach: Reach): void {
    const { metrics, selection } = this.#context;
    const { deviceId, childId, family, ...about } = identity;
    const labels = { device_id: deviceId, child_id: childId };
    put(metrics.deviceInfo, { ...labels, ...about, family, ...reach }, 1);
    for (const name of selection.measurementsOf(family)) {
      const value = numberOf(measurements[name]);
      if (value !== undefined) put(metrics.measurements[name], labels, value);
    }
  }

  /** What pyprom-exporters would have exported. */
  #putOriginals(put: PutReading, { identity, measurements }: Reading, { host }: Reach): void {
    const { compatibility, selection } = this.#context;
    const kept = selection.measurementsOf(identity.family);
    for (const { measurement, family, convert } of compatibility) {
      const value = numberOf(measurements[measurement]);
      if (value === undefined || !kept.has(measurement)) continue;
      putUnlessTaken(put, family, { host, alias: identity.alias }, convert(value));
    }
  }
}

/** Its labels are not those of one device alone: two behind one address may have one name, and only one can be told. */
function putUnlessTaken(put: PutReading, ...[family, labels, value]: Parameters<PutReading>): void {
  try {
    put(family, labels, value);
  } catch (error) {
    if (!(error instanceof SeriesTakenError)) throw error;
  }
}

function numberOf(value: Measurements[keyof Measurements]): number | undefined {
  return typeof value === 'boolean' ? Number(value) : value;
}
