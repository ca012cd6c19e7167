/** Bytes as a Miniserver writes them, for tests. */

export const IDENTIFIER = {
  text: 0,
  file: 1,
  values: 2,
  texts: 3,
  daytimers: 4,
  outOfService: 5,
  keepalive: 6,
  weather: 7,
} as const;

/** A header; `flags` 0x80 marks an estimate. */
export function header(identifier: number, lengthBytes: number, flags = 0): Buffer {
  const bytes = Buffer.from([3, identifier, flags, 0, 0, 0, 0, 0]);
  bytes.writeUInt32LE(lengthBytes, 4);
  return bytes;
}

/** Bytes from hex, blanks ignored. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
}

/** The 16 bytes of a UUID. */
export function uuidBytes(uuid: string): Buffer {
  const bytes = hex(uuid.replaceAll('-', ''));
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** A table of value states. */
export function valueTable(entries: readonly (readonly [uuid: string, value: number])[]): Buffer {
  return Buffer.concat(entries.map(([uuid, value]) => Buffer.concat([uuidBytes(uuid), float64(value)])));
}

/** One entry of a table of text states. */
export function textEntry(uuid: string, icon: string, text: string): Buffer {
  const bytes = Buffer.from(text);
  const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4);
  return Buffer.concat([uuidBytes(uuid), uuidBytes(icon), int32(bytes.length), bytes, padding]);
}

export function float64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

export function int32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeInt32LE(value | 0, 4 * index);
  return bytes;
}

/** The same bytes somewhere in a larger buffer, as `ws` hands them out. */
export function pooled(bytes: Uint8Array, offset = 5): Buffer {
  const pool = Buffer.alloc(bytes.length + 2 * offset, 0xee);
  pool.set(bytes, offset);
  return pool.subarray(offset, offset + bytes.length);
}
