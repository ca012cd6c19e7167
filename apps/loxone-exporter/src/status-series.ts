import { FAULT_REASONS } from '@device-exporters/loxone-protocol';
import type { Series, SeriesGroup } from '@device-exporters/metrics';
import { END_REASONS, type EndReason } from './end-reason.ts';
import { EVENT_KINDS, type EventKind, type Metrics } from './metrics.ts';

/** Faults of frames and tables, and what only a conversation can get wrong. */
const PROTOCOL_ERROR_REASONS = [...FAULT_REASONS, 'unexpected_answer'] as const;
export type ProtocolErrorReason = (typeof PROTOCOL_ERROR_REASONS)[number];

/** What one Miniserver's connection says of itself: every series known from the start, those of counters at 0. */
export interface StatusSeries {
  readonly connected: Series;
  readonly lastUpdate: Series;
  readonly controlsDiscovered: Series;
  readonly controlsExported: Series;
  readonly authenticationFailures: Series;
  readonly unknownUuids: Series;
  readonly tokenExpiry: Series;
  readonly keepaliveRoundTrip: Series;
  readonly reconnects: Readonly<Record<EndReason, Series>>;
  readonly protocolErrors: Readonly<Record<ProtocolErrorReason, Series>>;
  readonly events: Readonly<Record<EventKind, Series>>;
}

/** Obtains the status series of a Miniserver: not connected, nothing discovered, nothing counted. */
export function obtainStatusSeries(metrics: Metrics, group: SeriesGroup, miniserver: string): StatusSeries {
  const status = {
    connected: group.series(metrics.connected, { miniserver }),
    lastUpdate: group.series(metrics.lastUpdate, { miniserver }),
    controlsDiscovered: group.series(metrics.controlsDiscovered, { miniserver }),
    controlsExported: group.series(metrics.controlsExported, { miniserver }),
    authenticationFailures: group.series(metrics.authenticationFailures, { miniserver }),
    unknownUuids: group.series(metrics.unknownUuids, { miniserver }),
    tokenExpiry: group.series(metrics.tokenExpiry, { miniserver }),
    keepaliveRoundTrip: group.series(metrics.keepaliveRoundTrip, { miniserver }),
    reconnects: each(END_REASONS, (reason) => group.series(metrics.reconnects, { miniserver, reason })),
    protocolErrors: each(PROTOCOL_ERROR_REASONS, (reason) =>
      group.series(metrics.protocolErrors, { miniserver, reason }),
    ),
    events: each(EVENT_KINDS, (kind) => group.series(metrics.events, { miniserver, kind })),
  };
  for (const known of [status.connected, status.controlsDiscovered, status.controlsExported]) known.set(0);
  return status;
}

function each<K extends string>(keys: readonly K[], make: (key: K) => Series): Record<K, Series> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, Series>;
}
