/** Bytes as a Miniserver writes them ("Communicating with the Miniserver"), for tests that send their own. */

export const IDENTIFIER = { text: 0, values: 2, texts: 3, daytimers: 4, keepalive: 6, weather: 7 } as const;

/** The eight bytes before a payload; `flags` 0x80 marks an estimate. */
export function header(identifier: number, lengthBytes: number, flags = 0): Buffer {
  const bytes = Buffer.from([3, identifier, flags, 0, 0, 0, 0, 0]);
  bytes.writeUInt32LE(lengthBytes, 4);
  return bytes;
}

/** A header and its payload, as two frames. */
export function message(identifier: number, payload: Buffer): Buffer[] {
  return [header(identifier, payload.length), payload];
}

/** A table of value states. */
export function valueTable(entries: readonly (readonly [uuid: string, value: number])[]): Buffer {
  return Buffer.concat(entries.map(([uuid, value]) => Buffer.concat([uuidBytes(uuid), float64(value)])));
}

/** A table of one text state, whose text need not be UTF-8. */
export function textTable(uuid: string, text: string | Buffer): Buffer {
  const bytes = Buffer.from(text);
  const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4);
  return Buffer.concat([uuidBytes(uuid), Buffer.alloc(16), int32(bytes.length), bytes, padding]);
}

/** A table of one daytimer without entries. */
export function daytimerTable(uuid: string): Buffer {
  return Buffer.concat([uuidBytes(uuid), float64(0), int32(0)]);
}

/** A table of one weather state without entries. */
export function weatherTable(uuid: string): Buffer {
  return Buffer.concat([uuidBytes(uuid), int32(0), int32(0)]);
}

/** The first three groups are little endian, the rest stands as it is. */
function uuidBytes(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

function float64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value | 0);
  return bytes;
}
