/** How a field is written, as the tables of `tables/` name it. An enumeration is a number. */
export type ScalarType = 'uint32' | 'int32' | 'sint32' | 'bool' | 'enum' | 'float' | 'double' | 'fixed32';

/** One field of a message. */
export interface Field {
  /** The key of the developer interface. */
  readonly name: string;
  readonly isRepeated: boolean;
  readonly type: ScalarType | MessageTable;
}

/** Fields of a message by number. */
export type MessageTable = ReadonlyMap<number, Field>;

/** What a command carries. */
export interface CommandTable {
  readonly message: MessageTable;
  /** Name of the message's layout. */
  readonly messageName: string;
  /** Put before the keys of its fields: empty, or ending in a dot. */
  readonly prefix: string;
}

/** The commands of a family of devices. Keys are `<func>_<id>`. */
export interface FamilyTable {
  readonly commands: ReadonlyMap<string, CommandTable>;
  /** Commands that are known and carry no readings: settings, acknowledgements, history. */
  readonly ignored: ReadonlySet<string>;
  /** What a header carries that names no command. */
  readonly implied: string;
}

/** Fields by the name of their message, written as in {@link FamilyTableFile}. */
export type SharedFields = Readonly<Record<string, readonly string[]>>;

/** The form of the files in `tables/`. A field is `<number> <name> [repeated] <type>`. */
export interface FamilyTableFile {
  readonly commands: Readonly<Record<string, { readonly message: string; readonly prefix: string }>>;
  readonly ignored: readonly string[];
  readonly implied?: string;
  readonly messages: SharedFields;
}

const SCALAR_TYPES: Readonly<Record<string, ScalarType>> = {
  uint32: 'uint32',
  int32: 'int32',
  sint32: 'sint32',
  bool: 'bool',
  enum: 'enum',
  float: 'float',
  double: 'double',
  fixed32: 'fixed32',
};

/**
 * A file of `tables/` with its references resolved.
 *
 * @param shared fields that the family has besides those of its file
 * @throws {Error} when a command names a message that is not there
 */
export function parseFamilyTable(file: FamilyTableFile, shared: SharedFields = {}): FamilyTable {
  const names = new Set([...Object.keys(shared), ...Object.keys(file.messages)]);
  const messages = new Map(Array.from(names, (name) => [name, new Map<number, Field>()]));
  addFields(messages, shared);
  addFields(messages, file.messages);
  const commands = Object.entries(file.commands).map(([command, { message, prefix }]) => {
    return [command, { message: tableOf(messages, message), messageName: message, prefix }] as const;
  });
  return { commands: new Map(commands), ignored: new Set(file.ignored), implied: file.implied ?? '0_0' };
}

function addFields(messages: ReadonlyMap<string, Map<number, Field>>, fields: SharedFields): void {
  for (const [message, texts] of Object.entries(fields)) {
    for (const text of texts) {
      const [number, name = '', ...words] = text.split(' ');
      const typeName = words.at(-1) ?? '';
      const type = SCALAR_TYPES[typeName] ?? messages.get(typeName);
      // A layout that one family has and another lacks: the bytes are skipped.
      if (type === undefined) continue;
      tableOf(messages, message).set(Number(number), { name, type, isRepeated: words[0] === 'repeated' });
    }
  }
}

function tableOf<T>(messages: ReadonlyMap<string, T>, name: string): T {
  const table = messages.get(name);
  if (table === undefined) throw new Error(`the field table has no message ${name}`);
  return table;
}
