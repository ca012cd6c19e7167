import { type Control, flattenControls } from './control.ts';
import { fieldOf, isRecord, type JsonRecord, numberOf, textOf } from './record.ts';
import { isUuid } from './uuid.ts';

/** The part of a structure file, `LoxAPP3.json`, that one needs to name states. */
export interface Structure {
  /** Changes with the file, as `2022-02-25 11:51:06` in local time; equals the answer to `COMMAND.structureVersion`. */
  readonly lastModified: string;
  readonly miniserver: Miniserver;

  /** All controls, sub-controls among them, in the order of the file. */
  readonly controls: readonly Control[];

  /**
   * UUIDs, in lower case, of the states that belong to no control: global states, weather, music servers and the like.
   * Events name them all the time.
   */
  readonly otherStateUuids: readonly string[];

  /** How many states were left out because no UUID stands where one should. */
  readonly skippedStates: number;
}

/** Whose structure it is. What the file does not say is empty. */
export interface Miniserver {
  /** Twelve upper-case hex digits. */
  readonly serial: string;
  readonly name: string;
  readonly projectName: string;

  /** `miniserverType`, to be read by `isGeneration2`. */
  readonly type: number | undefined;
}

/** A file that is no structure file. */
export class StructureError extends Error {}

/**
 * Reads a parsed structure file (Loxone's document "Structure File").
 *
 * What is missing or odd within is tolerated, as real files have all of it: controls without room, category or states,
 * numbers written as texts, types that no document mentions.
 *
 * @throws {StructureError} when the file is no object or has no controls
 */
export function parseStructure(file: unknown): Structure {
  if (!isRecord(file)) throw new StructureError(`structure file: expected an object, found ${nameOf(file)}`);
  const controls = fieldOf(file, 'controls');
  if (!isRecord(controls)) {
    throw new StructureError(`structure file: expected an object of controls, found ${nameOf(controls)}`);
  }
  return {
    lastModified: textOf(fieldOf(file, 'lastModified')),
    miniserver: readMiniserver(recordAt(file, 'msInfo')),
    otherStateUuids: otherStateUuids(file),
    ...flattenControls(controls, recordAt(file, 'rooms'), recordAt(file, 'cats')),
  };
}

/** Sections of the file whose entries, or which themselves, have `states`. */
const SECTIONS_WITH_STATES = [
  'weatherServer',
  'autopilot',
  'messageCenter',
  'mediaServer',
  'caller',
  'mailer',
  'times',
];

function otherStateUuids(file: JsonRecord): string[] {
  const groups = [recordAt(file, 'globalStates')];
  for (const name of SECTIONS_WITH_STATES) {
    const section = recordAt(file, name);
    groups.push(recordAt(section, 'states'));
    for (const entry of Object.values(section)) if (isRecord(entry)) groups.push(recordAt(entry, 'states'));
  }
  const uuids = groups.flatMap((group) => Object.values(group)).filter(isUuid);
  return uuids.map((uuid) => uuid.toLowerCase());
}

function readMiniserver(info: JsonRecord): Miniserver {
  return {
    serial: textOf(fieldOf(info, 'serialNr')).toUpperCase(),
    name: textOf(fieldOf(info, 'msName')),
    projectName: textOf(fieldOf(info, 'projectName')),
    type: numberOf(fieldOf(info, 'miniserverType')),
  };
}

function recordAt(record: JsonRecord, name: string): JsonRecord {
  const value = fieldOf(record, name);
  return isRecord(value) ? value : {};
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  return value === null ? 'null' : typeof value;
}
