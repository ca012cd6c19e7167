import { readDayEnergies } from './day-energies.ts';
import { type DecodedMessage, decodeMessage } from './decode-message.ts';
import type { CommandTable, FamilyTable } from './field-table.ts';
import { type Header, lacksCommand, plainCandidates, readHeaders } from './header.ts';
import { BadPayloadError, type Command, type Message } from './message.ts';
import { addMembers, createReadings, type ReadingsBuilder } from './readings.ts';

/** The code of a header by which the cloud says that the device is off line. */
const OFFLINE_CODE = '-2';

/** Settings of the newer generation, written, read and acknowledged. */
const SETTINGS: ReadonlySet<string> = new Set(['254_17', '254_18', '254_19', '254_20']);

/** Under construction. */
interface Draft {
  readonly readings: ReadingsBuilder;
  readonly unknownCommands: Command[];
  isOnline: boolean | undefined;
  undecodable: number;
}

/**
 * Reads a protobuf frame: several headers, each with its command.
 *
 * @param table the commands of the device's family: numbers alone do not tell a layout
 * @param serialNumber headers of other devices are skipped
 * @throws {BadPayloadError} when the bytes are no frame, or when nothing in it could be decoded
 */
export function readFrame(frame: Uint8Array, table: FamilyTable, serialNumber: string): Message {
  const draft: Draft = { readings: createReadings(), unknownCommands: [], isOnline: undefined, undecodable: 0 };
  for (const header of readHeaders(frame)) {
    if (header.deviceSn === '' || header.deviceSn === serialNumber) readHeaderInto(draft, header, table);
  }
  const { readings, unknownCommands, isOnline, undecodable } = draft;
  if (undecodable > 0 && isOnline === undefined) throw new BadPayloadError('no header of the frame could be decoded');
  return { readings, unknownCommands, isOnline };
}

function readHeaderInto(draft: Draft, header: Header, table: FamilyTable): void {
  if (header.code === OFFLINE_CODE) {
    draft.isOnline = false;
    return;
  }
  if (header.pdata === undefined) return;
  const command = lacksCommand(header) ? table.implied : `${header.cmdFunc}_${header.cmdId}`;
  const layout = table.commands.get(command);
  if (layout === undefined) {
    draft.isOnline = true;
    const isKnown = table.ignored.has(command) || SETTINGS.has(command);
    if (!isKnown) draft.unknownCommands.push({ func: header.cmdFunc, id: header.cmdId });
    return;
  }
  const decoded = decodePdata(header, layout);
  if (decoded === undefined) {
    draft.undecodable++;
    return;
  }
  draft.isOnline = true;
  addDecoded(draft.readings, decoded, layout);
}

function decodePdata(header: Header, { message }: CommandTable): DecodedMessage | undefined {
  for (const bytes of plainCandidates(header)) {
    try {
      return decodeMessage(bytes, message);
    } catch {
      // Not masked after all, or not a message.
    }
  }
  return undefined;
}

function addDecoded(readings: ReadingsBuilder, decoded: DecodedMessage, { messageName, prefix }: CommandTable): void {
  if (messageName === 'EnergyPack') addMembers(readings, readDayEnergies(decoded), prefix);
  else addMembers(readings, decoded, messageName === 'BMSHeartBeatReport' ? packPrefix(decoded) : prefix);
}

/** The main battery's keys are those of the developer interface; the others are set apart, as DELTA Pro has them. */
function packPrefix({ num }: DecodedMessage): string {
  return typeof num === 'number' && num > 0 && num < 16 ? `bmsSlave${num}.` : '';
}
