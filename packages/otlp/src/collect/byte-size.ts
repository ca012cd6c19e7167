import type { Family } from '@device-exporters/metrics';

/** Two times and a value of nine bytes each, the point's own tag and length, and some air. */
const POINT_BYTES = 36;
/** Tags and lengths of one attribute: itself, its key, its value and the text in that. */
const ATTRIBUTE_BYTES = 20;
/** Tags and lengths of a metric, its kind, its temporality. */
const METRIC_BYTES = 40;

/** What a family takes on the wire, in bytes. */
export interface ByteSize {
  /** Name and help, which a request has once. */
  readonly ofHead: number;
  ofPoint(labelValues: readonly string[]): number;
}

/** Estimates from above: the limits of collectors are hard, and the real size is known only when it is written. */
export function byteSizeOf({ name, help, labelNames }: Pick<Family, 'name' | 'help' | 'labelNames'>): ByteSize {
  const labelBytes = labelNames.reduce((sum, label) => sum + label.length + ATTRIBUTE_BYTES, 0);
  return {
    ofHead: METRIC_BYTES + Buffer.byteLength(name) + Buffer.byteLength(help),
    ofPoint: (values) => values.reduce((sum, value) => sum + Buffer.byteLength(value), POINT_BYTES + labelBytes),
  };
}
