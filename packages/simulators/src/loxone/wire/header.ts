/** What a message carries; byte 1 of its header (PROTOCOL §3.1). */
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

/** One of {@link IDENTIFIER}'s numbers. */
export type Identifier = (typeof IDENTIFIER)[keyof typeof IDENTIFIER];

/** Length of a message header, in bytes. */
export const HEADER_BYTES = 8;

/** The most significant bit of the info byte: the length is an estimate and an exact header follows. */
const ESTIMATED = 0x80;

/**
 * The header that goes before every payload, as a binary frame of its own.
 *
 * @param length payload length in bytes (not characters), below 2^32
 */
export function encodeHeader(identifier: Identifier, length: number, estimated = false): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(0x03, 0);
  header.writeUInt8(identifier, 1);
  header.writeUInt8(estimated ? ESTIMATED : 0, 2);
  header.writeUInt32LE(length, 4);
  return header;
}
