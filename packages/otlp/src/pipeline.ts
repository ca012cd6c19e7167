import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { FamilySource } from './collect/batches.ts';
import { type Batch, type BatchLimits, batchesOf } from './collect/batches.ts';
import { StartTimes } from './collect/start-times.ts';
import type { Service } from './resource.ts';

/** From the registry to requests. */
export interface Pipeline {
  /** Every series that has a value now, in requests that are made as they are asked for. */
  requests(nowMs: number, limits: BatchLimits): Generator<OtlpRequest>;
}

/** One request, not written yet. */
export interface OtlpRequest {
  readonly metrics: ResourceMetrics;
  readonly points: number;
}

/** What a pipeline is made of. */
export interface PipelineOptions {
  readonly registry: FamilySource;
  readonly service: Service;
  readonly attributes: Readonly<Record<string, string>>;
  /** When counters began to count, Unix milliseconds. */
  readonly startMs: number;
}

/** Makes a pipeline. Loads the SDK, so it is imported only where something is exported. */
export function createPipeline({ registry, service, attributes, startMs }: PipelineOptions): Pipeline {
  const resource = resourceFromAttributes(attributes);
  const scope = { name: service.name, version: service.version };
  const startTimes = new StartTimes(startMs);
  const requestOf = ({ metrics, points }: Batch): OtlpRequest => ({
    metrics: { resource, scopeMetrics: [{ scope, metrics: [...metrics] }] },
    points,
  });
  return {
    *requests(nowMs, limits) {
      for (const batch of batchesOf(registry, limits, startTimes, nowMs)) yield requestOf(batch);
    },
  };
}
