/**
 * Loxone's own UUID form: four groups instead of five, 8-4-4-16 hex digits ("Communicating with the Miniserver").
 *
 * On the wire they are 16 bytes: a uint32, two uint16, all little endian, then 8 bytes as they stand.
 */

/** Bytes of a UUID on the wire. */
export const UUID_BYTES = 16;

/** A text that is no UUID of this form. */
export class InvalidUuidError extends Error {}

const UUID_TEXT = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{16})$/i;

/** Whether a value is the text of a UUID, in either case and without a suffix such as `/AI1`. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID_TEXT.test(value);
}

/**
 * The 16 wire bytes of a UUID. Upper case is tolerated.
 *
 * @throws {InvalidUuidError}
 */
export function parseUuid(text: string): DataView {
  const [, first, second, third, rest] = UUID_TEXT.exec(text) ?? [];
  if (rest === undefined) throw new InvalidUuidError(`expected a UUID of 8-4-4-16 hex digits, found "${text}"`);
  const wire = new DataView(new ArrayBuffer(UUID_BYTES));
  wire.setUint32(0, Number(`0x${first}`), true);
  wire.setUint16(4, Number(`0x${second}`), true);
  wire.setUint16(6, Number(`0x${third}`), true);
  wire.setBigUint64(8, BigInt(`0x${rest}`));
  return wire;
}

/** The text, in lower case, of the UUID whose wire bytes begin at `offset`; the caller has checked that all are there. */
export function formatUuid(wire: DataView, offset = 0): string {
  const first = hex(wire.getUint32(offset, true), 8);
  const second = hex(wire.getUint16(offset + 4, true), 4);
  const third = hex(wire.getUint16(offset + 6, true), 4);
  return `${first}-${second}-${third}-${hex(wire.getBigUint64(offset + 8), 16)}`;
}

function hex(value: number | bigint, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
