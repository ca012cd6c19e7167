import { encodeTexts, encodeValues } from './wire/event-tables.ts';
import { encodeHeader, HEADER_BYTES, IDENTIFIER } from './wire/header.ts';
import { NIL_UUID, UUID_BYTES } from './wire/uuid.ts';

/** Frames that no Miniserver should send and some client somewhere has crashed on (PROTOCOL §3.1 and §3.3). */

/** Eight bytes where a header should be, none of them right. */
export function garbageHeader(): Buffer[] {
  return [Buffer.from('fe99887766554433', 'hex')];
}

/** A value table that ends in the middle of its second entry; the header tells the length truly. */
export function truncatedTable(uuid: string): Buffer[] {
  const table = encodeValues([
    { uuid, value: 1 },
    { uuid, value: 2 },
  ]).subarray(0, 40);
  return [encodeHeader(IDENTIFIER.values, table.length), table];
}

/** A text entry that claims a length of 0x7fffffff bytes in a frame of a few. */
export function hostileTextLength(uuid: string): Buffer[] {
  const table = encodeTexts([{ uuid, iconUuid: NIL_UUID, text: 'boom' }]);
  table.writeUInt32LE(0x7fff_ffff, 2 * UUID_BYTES);
  return [encodeHeader(IDENTIFIER.texts, table.length), table];
}

/** A header that announces four gigabytes, and a table of one entry after it. */
export function absurdHeaderLength(uuid: string): Buffer[] {
  return [encodeHeader(IDENTIFIER.values, 0xffff_ffff), encodeValues([{ uuid, value: 1 }])];
}

/** A header with an identifier that does not exist. */
export function unknownIdentifier(): Buffer[] {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(0x03, 0);
  header.writeUInt8(0x2a, 1);
  return [header];
}

/** A proper table of states that stand in no structure file. */
export function unknownStates(count: number): Buffer[] {
  const values = Array.from({ length: count }, (_, index) => ({
    uuid: `deadbeef-0000-0000-${index.toString(16).padStart(16, '0')}`,
    value: index,
  }));
  const table = encodeValues(values);
  return [encodeHeader(IDENTIFIER.values, table.length), table];
}
