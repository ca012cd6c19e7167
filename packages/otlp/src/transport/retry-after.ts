/** No collector is obeyed for longer: a mistake of it must not be the end of all exports. */
const LONGEST_MS = 900_000;

/**
 * How long a collector wants to be left alone, of the header `Retry-After`: seconds, or a date.
 *
 * Source: RFC 9110, 10.2.3.
 *
 * @returns milliseconds, a quarter of an hour at most; undefined when it does not say
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : bounded(ms);
}

/** `type.googleapis.com/…`, as gRPC names what details are. */
const RETRY_INFO = /\/google\.rpc\.RetryInfo$/;

/**
 * The same of the details of a gRPC status: a `google.rpc.RetryInfo` among those in `grpc-status-details-bin`.
 *
 * Source: google/rpc/status.proto, google/rpc/error_details.proto; OTLP specification, "OTLP/gRPC throttling".
 *
 * @param bytes a serialized `google.rpc.Status`
 * @returns milliseconds; undefined when there is none, or the bytes are no message
 */
export function retryInfoMs(bytes: Uint8Array): number | undefined {
  for (const detail of fieldsOf(bytes)) {
    if (detail.number !== 3 || !(detail.value instanceof Uint8Array)) continue;
    const any = fieldsOf(detail.value);
    if (!RETRY_INFO.test(Buffer.from(bytesIn(any, 1) ?? []).toString())) continue;
    const delay = fieldsOf(bytesIn(fieldsOf(bytesIn(any, 2) ?? NO_BYTES), 1) ?? NO_BYTES);
    return bounded(numberIn(delay, 1) * 1000 + numberIn(delay, 2) / 1e6);
  }
  return undefined;
}

interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

const NO_BYTES = new Uint8Array();

/** The fields of a protobuf message, up to where it is none any more; numbers and bytes are all that is asked for. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const wireType = tag % 8;
    const value = varint();
    if (wireType === 0) fields.push({ number: Math.floor(tag / 8), value });
    else if (wireType !== 2 || !(at + value <= bytes.length)) break;
    else {
      fields.push({ number: Math.floor(tag / 8), value: bytes.subarray(at, at + value) });
      at += value;
    }
  }
  return fields;
}

function bytesIn(fields: readonly Field[], number: number): Uint8Array | undefined {
  const value = fields.find((field) => field.number === number)?.value;
  return value instanceof Uint8Array ? value : undefined;
}

function numberIn(fields: readonly Field[], number: number): number {
  const value = fields.find((field) => field.number === number)?.value;
  return typeof value === 'number' ? value : 0;
}

function bounded(ms: number): number | undefined {
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_MS) : undefined;
}
