import { type Family, Histogram, type SeriesRegistry } from '@device-exporters/metrics';
import { declareOtlpMetrics } from '@device-exporters/otlp';
import type { TypedLabel, TypedMetric } from './mapping/typed-reading.ts';

/** Labels that name a device, in the order of the exposition. */
export const DEVICE_LABELS = ['device', 'device_name', 'product_name', 'device_general_key'] as const;

export type DeviceLabel = (typeof DEVICE_LABELS)[number];

/** A typed metric and its family. */
interface TypedFamily {
  readonly name: string;
  readonly help: string;
  readonly label?: TypedLabel;
  readonly type?: 'counter';
}

/** Every typed metric, as it is exported. */
const TYPED = {
  batterySocRatio: { name: 'battery_soc_ratio', help: 'Charge of a battery, from 0 to 1.', label: 'pack' },
  batteryVoltageVolts: { name: 'battery_voltage_volts', help: 'Voltage of a battery, in volts.', label: 'pack' },
  batteryCurrentAmperes: {
    name: 'battery_current_amperes',
    help: 'Current into a battery, in amperes; negative while it discharges.',
    label: 'pack',
  },
  batteryTemperatureCelsius: {
    name: 'battery_temperature_celsius',
    help: 'Temperature of a battery, in degrees Celsius.',
    label: 'pack',
  },
  batteryCycles: { name: 'battery_cycles', help: 'Full cycles of charge that a battery has behind it.', label: 'pack' },
  inputPowerWatts: { name: 'input_power_watts', help: 'Power that flows in through a port, in watts.', label: 'port' },
  outputPowerWatts: { name: 'output_power_watts', help: 'Power that flows out of a port, in watts.', label: 'port' },
  pvPowerWatts: { name: 'pv_power_watts', help: 'Power of a string of solar panels, in watts.', label: 'string' },
  gridPowerWatts: {
    name: 'grid_power_watts',
    help: 'Power taken from the grid, in watts; negative while power is fed into it.',
  },
  totalInputPowerWatts: { name: 'total_input_power_watts', help: 'Power that flows in, in watts, by all ports.' },
  totalOutputPowerWatts: { name: 'total_output_power_watts', help: 'Power that flows out, in watts, by all ports.' },
  remainingSeconds: {
    name: 'remaining_seconds',
    help: 'Time until the battery is full or empty, in seconds, as the device expects it; absent when it does not apply.',
    label: 'direction',
  },
  energyTotalJoules: {
    name: 'energy_joules_total',
    help: "Energy in the device's life, in joules (3.6 million are a kWh), by what the device counts.",
    label: 'kind',
    type: 'counter',
  },
} as const satisfies Readonly<Record<TypedMetric, TypedFamily>>;

/** All typed metrics, in the order of the page. */
export const TYPED_METRICS = Object.keys(TYPED) as TypedMetric[];

/** Name of a typed metric. */
export function typedName(metric: TypedMetric): string {
  return `ecoflow_${TYPED[metric].name}`;
}

const SCRAPE_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const HTTP_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const AUTH_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Every family that ecoflow-exporter exports, besides those of the program itself and the dynamic ones.
 *
 * @param prefix of the families that ecoflow-prometheus-exporter has as well; the others are `ecoflow_` whatever happens
 */
export function declareMetrics(registry: SeriesRegistry, prefix = 'ecoflow') {
  return { ...declareDeviceMetrics(registry, prefix), ...declareOperationalMetrics(registry, prefix) };
}

export type Metrics = ReturnType<typeof declareMetrics>;

function declareDeviceMetrics(registry: SeriesRegistry, prefix: string) {
  const typed = (metric: TypedMetric): Family<'device' | TypedLabel> => {
    const { help, label, type }: TypedFamily = TYPED[metric];
    const labels = label === undefined ? (['device'] as const) : (['device', label] as const);
    return registry[type ?? 'gauge']<'device' | TypedLabel>({ name: typedName(metric), help, labels });
  };
  return {
    deviceInfo: registry.gauge({
      name: 'ecoflow_device_info',
      help: 'What a device is called; always 1. The place of everything that may change its name.',
      labels: DEVICE_LABELS,
    }),
    online: registry.gauge({
      name: `${prefix}_online`,
      help: 'Whether the device is on line (1) or not (0). While it is not, nothing else of it is exported.',
      labels: DEVICE_LABELS,
    }),
    lastMessage: registry.gauge({
      name: 'ecoflow_last_message_timestamp_seconds',
      help: 'Time of the latest data of the device, as Unix time in seconds.',
      labels: ['device'],
    }),
    unknownMessages: registry.counter({
      name: 'ecoflow_unknown_messages_total',
      help: 'Protobuf messages of the device that nothing is known of, by command.',
      labels: ['device', 'cmd_func', 'cmd_id'],
    }),
    typed: Object.fromEntries(TYPED_METRICS.map((metric) => [metric, typed(metric)])) as Readonly<
      Record<TypedMetric, Family<'device' | TypedLabel>>
    >,
  };
}

/** How collecting, HTTP, logging in and MQTT fare: names, labels and buckets of ecoflow-prometheus-exporter. */
function declareOperationalMetrics(registry: SeriesRegistry, prefix: string) {
  return {
    ...declareCollectionMetrics(registry, prefix),
    ...declareHttpMetrics(registry, prefix),
    ...declareMqttMetrics(registry, prefix),
  };
}

function declareCollectionMetrics(registry: SeriesRegistry, prefix: string) {
  return {
    scrapeDuration: new Histogram<DeviceLabel>(registry, {
      name: `${prefix}_scrape_duration_seconds`,
      help: 'Time that collecting the data of a device took, in seconds.',
      labels: DEVICE_LABELS,
      buckets: SCRAPE_BUCKETS,
    }),
    scrapeRequests: registry.counter({
      name: `${prefix}_scrape_requests_total`,
      help: 'Collections of the data of a device, by status: success or error.',
      labels: [...DEVICE_LABELS, 'status'],
    }),
    metricsCollected: registry.gauge({
      name: `${prefix}_metrics_collected`,
      help: 'Values that the latest collection of a device brought.',
      labels: DEVICE_LABELS,
    }),
    connectionErrors: registry.counter({
      name: `${prefix}_connection_errors_total`,
      help: 'Collections of the data of a device that failed in the cloud or on the way.',
      labels: DEVICE_LABELS,
    }),
  };
}

function declareHttpMetrics(registry: SeriesRegistry, prefix: string) {
  return {
    httpRequestDuration: new Histogram<'endpoint'>(registry, {
      name: `${prefix}_http_request_duration_seconds`,
      help: 'Time that requests to the cloud took, in seconds, by endpoint.',
      labels: ['endpoint'],
      buckets: HTTP_BUCKETS,
    }),
    httpRequests: registry.counter({
      name: `${prefix}_http_requests_total`,
      help: 'Requests to the cloud, by endpoint and status: success or error.',
      labels: ['endpoint', 'status'],
    }),
    cacheOperations: registry.counter({
      name: `${prefix}_cache_operations_total`,
      help: 'Uses of the list of devices that is kept for a while, by result: hit or miss.',
      labels: ['result'],
    }),
    authDuration: new Histogram<'client_type'>(registry, {
      name: `${prefix}_auth_duration_seconds`,
      help: 'Time that logging in took, in seconds, the account of the broker included.',
      labels: ['client_type'],
      buckets: AUTH_BUCKETS,
    }),
    authRequests: registry.counter({
      name: `${prefix}_auth_requests_total`,
      help: 'Attempts to log in, by status: success or error.',
      labels: ['client_type', 'status'],
    }),
  };
}

function declareMqttMetrics(registry: SeriesRegistry, prefix: string) {
  return {
    mqttConnected: registry.gauge({
      name: `${prefix}_mqtt_connected`,
      help: 'Whether the broker is connected (1) or not (0).',
      labels: ['client_type'],
    }),
    mqttMessages: registry.counter({
      name: `${prefix}_mqtt_messages_total`,
      help: 'Messages of the broker, by type: text or protobuf.',
      labels: ['client_type', 'type'],
    }),
    mqttReconnections: registry.counter({
      name: `${prefix}_mqtt_reconnections_total`,
      help: 'Attempts to connect to the broker anew.',
      labels: ['client_type'],
    }),
    mqttMessageErrors: registry.counter({
      name: `${prefix}_mqtt_message_errors_total`,
      help: 'Messages of the broker that could not be read.',
      labels: ['client_type'],
    }),
    quotaRequests: registry.counter({
      name: `${prefix}_quota_requests_total`,
      help: 'Occasions to ask a device for everything, by status: sent, or skipped as it has just spoken.',
      labels: ['status'],
    }),
  };
}

/** Families that exist only where a push to an OpenTelemetry collector is configured. */
export function declareOptionalMetrics(registry: SeriesRegistry) {
  return { otlp: declareOtlpMetrics(registry, 'ecoflow_otlp') };
}
