import type { Family, Sample, SeriesRegistry } from '@device-exporters/metrics';
import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { AggregationTemporality, type DataPoint, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { byteSizeOf } from './byte-size.ts';
import type { StartTimes } from './start-times.ts';

/** What one request carries. */
export interface Batch {
  readonly metrics: readonly MetricData[];
  readonly points: number;
}

/** How much one request may carry. */
export interface BatchLimits {
  /** Estimated, never too low. */
  readonly maxBytes: number;
  /** What is put together and written in one go, and holds up everything else meanwhile. */
  readonly maxPoints: number;
}

/** Whose families are exported: a registry, or a part of one. */
export type FamilySource = Pick<SeriesRegistry, 'families'>;

/** A gauge has no beginning. */
const NO_START: HrTime = [0, 0];

/**
 * Every series that has a value at this moment, in batches. What has vanished from the registry is in none of them.
 *
 * Batches are made as they are asked for; a value that changes meanwhile is the newer one in a later batch.
 */
export function* batchesOf(
  registry: FamilySource,
  { maxBytes, maxPoints }: BatchLimits,
  startTimes: StartTimes,
  nowMs: number,
): Generator<Batch> {
  startTimes.begin(nowMs);
  let metrics: MetricData[] = [];
  let bytes = 0;
  let points = 0;
  for (const family of registry.families()) {
    const size = byteSizeOf(family);
    let open: DataPoint<number>[] | undefined;
    for (const sample of family.samples()) {
      const pointBytes = size.ofPoint(sample.labelValues);
      const isFull = points >= maxPoints || bytes + pointBytes + (open ? 0 : size.ofHead) > maxBytes;
      if (isFull && points > 0) {
        yield { metrics, points };
        metrics = [];
        bytes = points = 0;
        open = undefined;
      }
      if (open === undefined) {
        open = [];
        metrics.push(metricOf(family, open));
        bytes += size.ofHead;
      }
      open.push(pointOf(family, sample, startTimes, nowMs));
      bytes += pointBytes;
      points += 1;
    }
  }
  if (points > 0) yield { metrics, points };
}

/** Under the same name as everywhere else, `_total` included: what a Prometheus makes of it again is the same series. */
function metricOf({ name, help, type }: Family, dataPoints: DataPoint<number>[]): MetricData {
  const descriptor = { name, description: help, unit: '', valueType: ValueType.DOUBLE };
  const aggregationTemporality = AggregationTemporality.CUMULATIVE;
  if (type === 'gauge') return { descriptor, aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints };
  return { descriptor, aggregationTemporality, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
}

function pointOf(family: Family, sample: Sample, startTimes: StartTimes, nowMs: number): DataPoint<number> {
  const { labelValues, value, timeMs = nowMs } = sample;
  const attributes: Attributes = {};
  for (const [index, name] of family.labelNames.entries()) attributes[name] = labelValues[index] ?? '';
  if (family.type === 'gauge') return { startTime: NO_START, endTime: hrTime(timeMs), attributes, value };
  const startMs = startTimes.of(`${family.name}\n${labelValues.join('\n')}`, value);
  // A reading may be older than the program's word for when counting began; time must not run backwards in one point.
  return { startTime: hrTime(startMs), endTime: hrTime(Math.max(startMs, timeMs)), attributes, value };
}

function hrTime(unixMs: number): HrTime {
  const wholeMs = Math.round(unixMs);
  return [Math.floor(wholeMs / 1000), (wholeMs % 1000) * 1_000_000];
}
