import type { Series, SeriesRegistry } from '@device-exporters/metrics';
import { declareOtlpMetrics } from '@device-exporters/otlp';
import { FAULT_REASONS } from './infrahub/errors.ts';

/** Every family that infrahub-exporter exports, besides those of the program itself and one for each kind. */
export function declareMetrics(registry: SeriesRegistry) {
  const errors = registry.counter({
    name: 'infrahub_request_errors_total',
    help: 'Requests to Infrahub that failed, and answers that could not be used, by reason.',
    labels: ['reason'],
  });
  for (const reason of FAULT_REASONS) errors.series({ reason });
  return {
    up: registry.gauge({
      name: 'infrahub_up',
      help: 'Whether Infrahub answers (1) or not (0), as of the latest request.',
    }),
    requests: registry.counter({ name: 'infrahub_requests_total', help: 'Requests sent to Infrahub.' }),
    errors,
    lastSuccess: registry.gauge({
      name: 'infrahub_last_success_timestamp_seconds',
      help: 'Time of the latest complete reading of a kind, as Unix time in seconds.',
      labels: ['kind'],
    }),
    fetchDuration: registry.gauge({
      name: 'infrahub_fetch_duration_seconds',
      help: 'Time that the latest reading of a kind took, in seconds, whether it succeeded or not.',
      labels: ['kind'],
    }),
    nodes: registry.gauge({
      name: 'infrahub_nodes',
      help: 'Nodes of a kind that are exported now.',
      labels: ['kind'],
    }),
    pages: registry.counter({
      name: 'infrahub_pages_total',
      help: 'Pages of nodes that were read, by kind.',
      labels: ['kind'],
    }),
    sdTargets: registry.gauge({
      name: 'infrahub_sd_targets',
      help: 'Targets of a query that are served now; absent while there is no list to serve.',
      labels: ['query'],
    }),
    sdLastSuccess: registry.gauge({
      name: 'infrahub_sd_last_success_timestamp_seconds',
      help: 'Time of the latest refresh of a query that succeeded, as Unix time in seconds.',
      labels: ['query'],
    }),
    sdErrors: registry.counter({
      name: 'infrahub_sd_errors_total',
      help: 'Refreshes of a query that failed, and lists that were held back because they had shrunk too much.',
      labels: ['query'],
    }),
    sdHeldBack: registry.counter({
      name: 'infrahub_sd_held_back_total',
      help: 'Lists that were held back because they had shrunk too much; they count as errors as well.',
      labels: ['query'],
    }),
    sdSkipped: registry.gauge({
      name: 'infrahub_sd_skipped_nodes',
      help: 'Nodes of a query that have no usable target.',
      labels: ['query'],
    }),
  };
}

/** What is exported only where the configuration wants it. */
export function declareOptionalMetrics(registry: SeriesRegistry) {
  return { otlp: declareOtlpMetrics(registry, 'infrahub_otlp') };
}

export type Metrics = ReturnType<typeof declareMetrics>;

/** A counter of something that has come back after it was gone, or comes for the first time. */
export function startAtZero(counter: Series): void {
  if (counter.value === undefined) counter.set(0);
}
