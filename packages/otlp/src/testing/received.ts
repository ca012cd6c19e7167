import definitions from 'otlp-definitions/build/src/generated/root.js';

/**
 * What protobufjs made of the official definitions, as far as it is used here; that module has no types of its own. It
 * is part of an older release of the transformer: newer ones write their messages by hand.
 */
interface Definitions {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: {
        readonly metrics: {
          readonly v1: {
            readonly ExportMetricsServiceRequest: { decode(bytes: Uint8Array): DecodedRequest };
            readonly ExportMetricsServiceResponse: { encode(message: object): { finish(): Uint8Array } };
          };
        };
      };
    };
  };
}

interface DecodedRequest {
  readonly resourceMetrics: readonly {
    readonly resource?: { readonly attributes: readonly DecodedAttribute[] };
    readonly scopeMetrics: readonly { readonly metrics: readonly DecodedMetric[] }[];
  }[];
}

interface DecodedMetric {
  readonly name: string;
  readonly description: string;
  readonly gauge?: { readonly dataPoints: readonly DecodedPoint[] } | null;
  readonly sum?: {
    readonly dataPoints: readonly DecodedPoint[];
    readonly isMonotonic: boolean;
    readonly aggregationTemporality: number;
  } | null;
}

interface DecodedPoint {
  readonly attributes: readonly DecodedAttribute[];
  readonly asDouble?: number | null;
  /** A `Long` of 64 bits. */
  readonly startTimeUnixNano?: object | number;
  readonly timeUnixNano?: object | number;
}

interface DecodedAttribute {
  readonly key: string;
  readonly value?: { readonly stringValue?: string };
}

const { ExportMetricsServiceRequest, ExportMetricsServiceResponse } = (definitions as unknown as Definitions)
  .opentelemetry.proto.collector.metrics.v1;

/** What a request said. */
export interface ReceivedPoint {
  readonly name: string;
  readonly description: string;
  readonly kind: 'gauge' | 'sum';
  readonly isMonotonic: boolean | undefined;
  /** 2 is cumulative. */
  readonly temporality: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly startMs: number;
  readonly timeMs: number;
}

/** One request. */
export interface ReceivedRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** On the wire as the collector unpacks it. */
  readonly bytes: number;
  readonly resource: Readonly<Record<string, string>>;
  readonly points: readonly ReceivedPoint[];
}

/** The answer of a collector that has taken everything, or all but some points. */
export function answerWith(rejected?: { readonly points: number; readonly message: string }): Buffer {
  const { points: rejectedDataPoints, message: errorMessage } = rejected ?? {};
  const answer = rejected === undefined ? {} : { partialSuccess: { rejectedDataPoints, errorMessage } };
  return Buffer.from(ExportMetricsServiceResponse.encode(answer).finish());
}

/** Reads a request. */
export function requestOf(body: Buffer, headers: Readonly<Record<string, string>>): ReceivedRequest {
  const { resourceMetrics } = ExportMetricsServiceRequest.decode(body);
  const scopes = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics);
  return {
    headers,
    bytes: body.length,
    resource: textsOf(resourceMetrics[0]?.resource?.attributes),
    points: scopes.flatMap(({ metrics }) => metrics).flatMap(pointsOf),
  };
}

function pointsOf(metric: DecodedMetric): ReceivedPoint[] {
  const points = (metric.gauge ?? metric.sum)?.dataPoints ?? [];
  return points.map((point) => ({
    name: metric.name,
    description: metric.description,
    kind: metric.gauge ? 'gauge' : 'sum',
    isMonotonic: metric.sum?.isMonotonic,
    temporality: metric.sum?.aggregationTemporality,
    labels: textsOf(point.attributes),
    value: point.asDouble ?? Number.NaN,
    startMs: millisecondsOf(point.startTimeUnixNano),
    timeMs: millisecondsOf(point.timeUnixNano),
  }));
}

function textsOf(attributes: readonly DecodedAttribute[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value?.stringValue ?? '']));
}

function millisecondsOf(nanos: unknown): number {
  return Number(BigInt(String(nanos ?? 0)) / 1_000_000n);
}
