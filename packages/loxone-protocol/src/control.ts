import { fieldOf, isRecord, type JsonRecord, textOf } from './record.ts';
import { isUuid } from './uuid.ts';

/** Something in the house that has states: a switch, a room's heating, a meter. */
export interface Control {
  /** Its `uuidAction`; a sub-control's may carry a suffix such as `/AI1`. */
  readonly uuid: string;
  readonly name: string;

  /** As the file says: one of dozens, any of a newer firmware, or empty for what is not for display. */
  readonly type: string;

  /** Name of the room; a sub-control's is its parent's. Empty for none. */
  readonly room: string;

  /** Name of the category, like the room's. */
  readonly category: string;

  /** `uuid` of the control that this one is part of. */
  readonly parentUuid: string | undefined;
  readonly states: readonly ControlState[];
}

/** One state of a control. Whether it is a number or a text only shows in the event that brings it. */
export interface ControlState {
  /** As the file says; states that are an array are `name[0]`, `name[1]` … */
  readonly name: string;

  /** In lower case. Two states may have the same. */
  readonly uuid: string;
}

/** Sub-controls have none of their own in files seen so far; deeper ones than this are left out. */
const MAX_DEPTH = 8;

interface Surroundings {
  readonly room: string;
  readonly category: string;
  readonly parentUuid: string | undefined;
}

/** Makes one list of the controls of a structure file and all their sub-controls; whatever is no object is left out. */
export function flattenControls(
  controls: JsonRecord,
  rooms: JsonRecord,
  categories: JsonRecord,
): { readonly controls: readonly Control[]; readonly skippedStates: number } {
  const flat: Control[] = [];
  let skippedStates = 0;

  function addAll(group: JsonRecord, around: Surroundings, depth: number): void {
    for (const [key, value] of Object.entries(group)) {
      if (isRecord(value)) add(key, value, around, depth);
    }
  }

  function add(key: string, control: JsonRecord, around: Surroundings, depth: number): void {
    const uuid = textOf(fieldOf(control, 'uuidAction')) || key;
    const room = nameIn(rooms, fieldOf(control, 'room')) || around.room;
    const category = nameIn(categories, fieldOf(control, 'cat')) || around.category;
    const { states, skipped } = readStates(fieldOf(control, 'states'));
    skippedStates += skipped;
    flat.push({
      uuid,
      name: textOf(fieldOf(control, 'name')),
      type: textOf(fieldOf(control, 'type')),
      room,
      category,
      parentUuid: around.parentUuid,
      states,
    });
    const parts = fieldOf(control, 'subControls');
    if (isRecord(parts) && depth < MAX_DEPTH) addAll(parts, { room, category, parentUuid: uuid }, depth + 1);
  }

  addAll(controls, { room: '', category: '', parentUuid: undefined }, 0);
  return { controls: flat, skippedStates };
}

/** The name of a room or category. */
function nameIn(group: JsonRecord, uuid: unknown): string {
  const entry = typeof uuid === 'string' ? fieldOf(group, uuid) : undefined;
  return isRecord(entry) ? textOf(fieldOf(entry, 'name')) : '';
}

function readStates(states: unknown): { readonly states: ControlState[]; readonly skipped: number } {
  const candidates = isRecord(states) ? Object.entries(states).flatMap(unfold) : [];
  const good = candidates.filter((state): state is ControlState => isUuid(state.uuid));
  return {
    states: good.map(({ name, uuid }) => ({ name, uuid: uuid.toLowerCase() })),
    skipped: candidates.length - good.length,
  };
}

/** A state is a UUID or, as `temperatures` of IRoomController, an array of them. */
function unfold([name, value]: [string, unknown]): { readonly name: string; readonly uuid: unknown }[] {
  if (!Array.isArray(value)) return [{ name, uuid: value }];
  return value.map((uuid: unknown, index) => ({ name: `${name}[${index}]`, uuid }));
}
