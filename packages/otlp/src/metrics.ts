import type { Series, SeriesRegistry } from '@device-exporters/metrics';
import { EXPORT_FAULTS, type ExportFault } from './transport/export-error.ts';

/**
 * Declares what an output tells of itself, and returns its series.
 *
 * @param prefix what the names begin with, such as `loxone_otlp`
 */
export function declareOtlpMetrics(registry: SeriesRegistry, prefix: string) {
  const gauge = (name: string, help: string): Series => registry.gauge({ name: `${prefix}_${name}`, help }).series();
  const counter = (name: string, help: string): Series =>
    registry.counter({ name: `${prefix}_${name}`, help }).series();
  const errors = registry.counter({
    name: `${prefix}_export_errors_total`,
    help: 'Requests to the OpenTelemetry collector that failed, repeated ones included, by reason.',
    labels: ['reason'],
  });
  return {
    up: gauge('up', 'Whether the latest export to the OpenTelemetry collector succeeded (1) or not (0).'),
    lastSuccess: gauge(
      'last_success_timestamp_seconds',
      'Time of the latest export that succeeded, as Unix time in seconds; absent before the first.',
    ),
    consecutiveFailures: gauge('consecutive_failures', 'Exports that failed since the latest one that succeeded.'),
    duration: gauge('export_duration_seconds', 'How long the latest export took, in seconds.'),
    exports: counter('exports_total', 'Exports that were tried.'),
    points: counter('points_exported_total', 'Points that the OpenTelemetry collector has taken.'),
    rejected: counter(
      'points_rejected_total',
      'Points that the OpenTelemetry collector has rejected, in answers that took the others.',
    ),
    errors: new Map<ExportFault, Series>(EXPORT_FAULTS.map((reason) => [reason, errors.series({ reason })])),
  };
}

/** The series of one output. */
export type OtlpMetrics = ReturnType<typeof declareOtlpMetrics>;
