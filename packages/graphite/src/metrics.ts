import type { Series, SeriesRegistry } from '@device-exporters/metrics';
import type { DeliveryFault } from './delivery/delivery-error.ts';
import type { RefusalReason } from './point.ts';

/** Why a point was lost: it was refused as it came, or the queue was full of newer ones. */
export type DropReason = RefusalReason | 'overflow';

const DROP_REASONS: readonly DropReason[] = ['overflow', 'not_finite', 'invalid_path', 'invalid_timestamp', 'too_long'];
const FAULTS: readonly DeliveryFault[] = ['refused', 'timeout', 'reset', 'closed_early', 'unreachable'];

/**
 * Declares what an output tells of itself, and returns its series.
 *
 * @param prefix what the names begin with, such as `kasa_graphite`
 */
export function declareGraphiteMetrics(registry: SeriesRegistry, prefix: string) {
  const gauge = (name: string, help: string): Series => registry.gauge({ name: `${prefix}_${name}`, help }).series();
  const counter = (name: string, help: string): Series =>
    registry.counter({ name: `${prefix}_${name}`, help }).series();
  const byReason = <R extends string>(name: string, help: string, reasons: readonly R[]): Map<R, Series> => {
    const family = registry.counter({ name: `${prefix}_${name}`, help, labels: ['reason'] });
    return new Map(reasons.map((reason) => [reason, family.series({ reason })]));
  };
  return {
    queued: gauge('points_queued', 'Points that Carbon has not confirmed yet, those on their way included.'),
    sent: counter('points_sent_total', 'Points that Carbon has confirmed.'),
    dropped: byReason('points_dropped_total', 'Points that will never be sent, by reason.', DROP_REASONS),
    sendErrors: byReason('send_errors_total', 'Deliveries that failed and are repeated, by reason.', FAULTS),
    reconnects: counter('reconnects_total', 'Connections begun anew after a delivery that failed.'),
    oldestQueued: gauge(
      'oldest_queued_timestamp_seconds',
      'Time of the reading that waits longest, as Unix time in seconds; absent while none waits.',
    ),
    lastSuccess: gauge(
      'last_success_timestamp_seconds',
      'Time of the latest delivery that was confirmed, as Unix time in seconds; absent before the first.',
    ),
    spoolUp: gauge(
      'spool_up',
      'Whether queued points are on disk (1), or in memory alone (0) though a spool is set up.',
    ),
    spoolBytes: gauge('spool_bytes', 'Size of the spool on disk, in bytes.'),
    spoolErrors: counter('spool_errors_total', 'Reads and writes of the spool that failed, and records found damaged.'),
  };
}

/** The series of one output. */
export type GraphiteMetrics = ReturnType<typeof declareGraphiteMetrics>;
