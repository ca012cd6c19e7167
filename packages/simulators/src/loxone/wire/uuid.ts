/** Loxone's text form has four groups, 8-4-4-16, not the usual five (PROTOCOL §3.2). */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{16}$/;

/** Length of a UUID on the wire, in bytes. */
export const UUID_BYTES = 16;

/** Sent where an entry has no icon. */
export const NIL_UUID = '00000000-0000-0000-0000000000000000';

/** Whether the text is a lower-case UUID of Loxone's form, without a `/suffix`. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}

/**
 * Writes a UUID as the Miniserver does: uint32, uint16, uint16 little endian, then eight bytes as they stand.
 *
 * @param target must have 16 bytes left at `offset`
 */
export function writeUuid(target: Buffer, uuid: string, offset: number): void {
  target.writeUInt32LE(Number.parseInt(uuid.slice(0, 8), 16), offset);
  target.writeUInt16LE(Number.parseInt(uuid.slice(9, 13), 16), offset + 4);
  target.writeUInt16LE(Number.parseInt(uuid.slice(14, 18), 16), offset + 6);
  target.write(uuid.slice(19), offset + 8, 'hex');
}
