import type { SeriesRegistry } from '@device-exporters/metrics';
import { declareOtlpMetrics } from '@device-exporters/otlp';

const CONTROL_LABELS = ['miniserver', 'name', 'room', 'category', 'type', 'subcontrol', 'uuid'] as const;

/** Kinds of event tables, as values of a label. */
export const EVENT_KINDS = ['value', 'text', 'daytimer', 'weather'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Every family that loxone-exporter exports, besides those of the program itself. */
export function declareMetrics(registry: SeriesRegistry) {
  return {
    controlValue: registry.gauge({
      name: 'loxone_control_value',
      help: 'Number that a control state has, as the Miniserver sends it and in the unit of the control; subcontrol is the name of the state.',
      labels: CONTROL_LABELS,
    }),
    controlInfo: registry.gauge({
      name: 'loxone_control_info',
      help: 'Text of a state of a control that has no numbers, in the label value; always 1. Only with include_text_values.',
      labels: [...CONTROL_LABELS, 'value'],
    }),
    up: registry.gauge({ name: 'loxone_exporter_up', help: 'Whether the exporter runs; always 1.' }),
    connected: registry.gauge({
      name: 'loxone_exporter_connected',
      help: 'Whether the Miniserver is connected, logged in and sends its events (1) or not (0).',
      labels: ['miniserver'],
    }),
    lastUpdate: registry.gauge({
      name: 'loxone_exporter_last_update_timestamp_seconds',
      help: 'Time of the latest event of the Miniserver, as Unix time in seconds.',
      labels: ['miniserver'],
    }),
    controlsDiscovered: registry.gauge({
      name: 'loxone_exporter_controls_discovered',
      help: 'Controls in the structure file of the Miniserver, sub-controls included.',
      labels: ['miniserver'],
    }),
    controlsExported: registry.gauge({
      name: 'loxone_exporter_controls_exported',
      help: 'Controls that pass the filters and have at least one series, sub-controls included.',
      labels: ['miniserver'],
    }),
    miniserverInfo: registry.gauge({
      name: 'loxone_miniserver_info',
      help: 'What the Miniserver is: serial number, firmware, hardware type, project; always 1.',
      labels: ['miniserver', 'serial', 'version', 'type', 'project'],
    }),
    reconnects: registry.counter({
      name: 'loxone_reconnects_total',
      help: 'Connections or attempts to connect that ended, by reason.',
      labels: ['miniserver', 'reason'],
    }),
    authenticationFailures: registry.counter({
      name: 'loxone_authentication_failures_total',
      help: 'Logins that the Miniserver refused.',
      labels: ['miniserver'],
    }),
    protocolErrors: registry.counter({
      name: 'loxone_protocol_errors_total',
      help: 'Frames or tables that could not be read, by reason.',
      labels: ['miniserver', 'reason'],
    }),
    unknownUuids: registry.counter({
      name: 'loxone_unknown_uuids_total',
      help: 'Events for states that the structure file does not name.',
      labels: ['miniserver'],
    }),
    events: registry.counter({
      name: 'loxone_events_received_total',
      help: 'Events received, by kind of table.',
      labels: ['miniserver', 'kind'],
    }),
    tokenExpiry: registry.gauge({
      name: 'loxone_token_expiry_timestamp_seconds',
      help: 'Time at which the login token expires unless it is refreshed before, as Unix time in seconds.',
      labels: ['miniserver'],
    }),
    keepaliveRoundTrip: registry.gauge({
      name: 'loxone_keepalive_round_trip_seconds',
      help: 'Time between the latest keepalive and its answer, in seconds.',
      labels: ['miniserver'],
    }),
  };
}

export type Metrics = ReturnType<typeof declareMetrics>;

/** Families that exist only where a push to an OpenTelemetry collector is configured. */
export function declareOptionalMetrics(registry: SeriesRegistry) {
  return { otlp: declareOtlpMetrics(registry, 'loxone_otlp') };
}
