import { isUuid } from '../wire/uuid.ts';

/** Anything JSON can hold between braces. */
export type JsonObject = { readonly [key: string]: unknown };

/** A control of the structure file as far as a simulator needs to know it (PROTOCOL §8). */
export interface Control extends JsonObject {
  readonly name: string;
  readonly type: string;
  readonly uuidAction: string;
  readonly room?: string;
  readonly cat?: string;
  /** State name to UUID, or to several UUIDs. */
  readonly states?: Readonly<Record<string, unknown>>;
  readonly subControls?: Readonly<Record<string, Control>>;
}

/** `LoxAPP3.json`: served as it is, so everything besides these two keys may be anything. */
export interface Structure extends JsonObject {
  /** `YYYY-MM-DD HH:MM:SS`; what `LoxAPPversion3` answers. */
  readonly lastModified: string;
  readonly controls: Readonly<Record<string, Control>>;
}

/** A file that is no structure file. */
export class StructureError extends Error {}

/**
 * Checks that a parsed file can be served as structure file.
 *
 * @throws StructureError when `lastModified` or `controls` is missing or of the wrong kind
 */
export function parseStructure(file: object): Structure {
  const { lastModified, controls } = file as JsonObject;
  if (typeof lastModified !== 'string') {
    throw new StructureError(`structure file: expected a text in lastModified, found ${typeof lastModified}`);
  }
  if (!isObject(controls)) {
    throw new StructureError(`structure file: expected an object in controls, found ${typeof controls}`);
  }
  for (const [uuid, control] of Object.entries(controls)) {
    if (!isObject(control)) throw new StructureError(`structure file: control ${uuid} is no object`);
  }
  return file as Structure;
}

/** One state of a structure file and who it belongs to. */
export interface StateReference {
  readonly uuid: string;
  /** Name of the state; an element of an array state has the name of the array. */
  readonly name: string;
  /** Type of the control, or the section it stands in (`globalStates`, `weatherServer`, …). */
  readonly owner: string;
}

/** Sections of the file whose entries have states of their own. */
const SECTIONS = ['autopilot', 'messageCenter', 'mediaServer'];

/** Every state of the file, in its order; a UUID that several controls share occurs several times. */
export function* stateReferences(structure: Structure): Generator<StateReference> {
  yield* statesIn(structure['globalStates'], 'globalStates');
  const weather = structure['weatherServer'];
  if (isObject(weather)) yield* statesIn(weather['states'], 'weatherServer');
  for (const section of SECTIONS) {
    const entries = structure[section];
    if (!isObject(entries)) continue;
    for (const entry of Object.values(entries)) if (isObject(entry)) yield* statesIn(entry['states'], section);
  }
  for (const control of allControls(structure)) yield* statesIn(control.states, control.type);
}

/** All controls, each followed by its sub-controls. */
export function* allControls(structure: Structure): Generator<Control> {
  for (const control of Object.values(structure.controls)) yield* withSubControls(control);
}

function* withSubControls(control: Control): Generator<Control> {
  yield control;
  for (const sub of Object.values(control.subControls ?? {})) yield* withSubControls(sub);
}

function* statesIn(states: unknown, owner: string): Generator<StateReference> {
  if (!isObject(states)) return;
  for (const [name, value] of Object.entries(states)) {
    for (const uuid of [value].flat()) if (isUuid(uuid)) yield { uuid, name, owner };
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
