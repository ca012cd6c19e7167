/** A serialized `google.rpc.Status` with one detail, for the trailer `grpc-status-details-bin`. */
export function statusWithRetryInfo(
  code: number,
  { seconds, nanos }: { readonly seconds: number; readonly nanos: number },
  type = 'google.rpc.RetryInfo',
): Buffer {
  const delay = Buffer.concat([number(1, seconds), number(2, nanos)]);
  const detail = Buffer.concat([bytes(1, Buffer.from(`type.googleapis.com/${type}`)), bytes(2, bytes(1, delay))]);
  return Buffer.concat([number(1, code), bytes(2, Buffer.from('come back later')), bytes(3, detail)]);
}

function number(field: number, value: number): Buffer {
  return Buffer.from([field * 8, ...varint(value)]);
}

function bytes(field: number, content: Uint8Array): Buffer {
  return Buffer.from([field * 8 + 2, ...varint(content.length), ...content]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
