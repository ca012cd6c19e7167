/** A control of a structure file, as far as a test cares. */
export interface PlannedControl {
  readonly name: string;
  /** Default: `InfoOnlyAnalog`. */
  readonly type?: string;
  /** Default: one of its own. */
  readonly uuid?: string;
  /** What it stands under in the file. Default: its UUID, as in every real one. */
  readonly key?: string;
  /** Names; the file gets UUIDs for them. Default: none. */
  readonly room?: string;
  readonly category?: string;
  /** Names of states, each with a UUID of its own, or what is to stand in the file. Default: `value`. */
  readonly states?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly parts?: readonly PlannedControl[];
}

/** A UUID that is told from others by its number. */
export function uuidOf(number: number): string {
  return `${number.toString(16).padStart(8, '0')}-0000-0000-ffff0123456789ab`;
}

/** A structure file of these controls, for a Miniserver to serve. */
export function structureFile(controls: readonly PlannedControl[], over: object = {}): object {
  let uuids = 0x1000_0000;
  const newUuid = (): string => uuidOf(uuids++);
  const rooms = new Map<string, string>();
  const cats = new Map<string, string>();

  function entryOf(names: Map<string, string>, name: string | undefined): string | undefined {
    if (name === undefined) return undefined;
    const uuid = names.get(name) ?? newUuid();
    names.set(name, uuid);
    return uuid;
  }

  function fileOf(control: PlannedControl): readonly [string, object] {
    const { name, type = 'InfoOnlyAnalog', uuid = newUuid(), key = uuid, states = ['value'], parts = [] } = control;
    const room = entryOf(rooms, control.room);
    const cat = entryOf(cats, control.category);
    const entry = {
      name,
      type,
      uuidAction: uuid,
      ...(room && { room }),
      ...(cat && { cat }),
      states: isNames(states) ? Object.fromEntries(states.map((state) => [state, newUuid()])) : states,
      ...(parts.length > 0 && { subControls: Object.fromEntries(parts.map(fileOf)) }),
    };
    return [key, entry];
  }

  const entries = controls.map(fileOf);
  const groupOf = (names: Map<string, string>): object =>
    Object.fromEntries([...names].map(([name, uuid]) => [uuid, { name, uuid }]));
  return {
    lastModified: '2026-01-02 03:04:05',
    msInfo: { serialNr: '504F94A0B84A', msName: 'Test', projectName: 'A Project', miniserverType: 2 },
    rooms: groupOf(rooms),
    cats: groupOf(cats),
    controls: Object.fromEntries(entries),
    ...over,
  };
}

function isNames(states: PlannedControl['states']): states is readonly string[] {
  return Array.isArray(states);
}
