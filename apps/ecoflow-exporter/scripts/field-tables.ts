/**
 * Writes the field tables of `src/payload/tables/` from tables of another form: one JSON file per family with
 * `commands: [{cmdFunc, cmdId, message}]` and `messages: {name: [[number, name, type]]}`.
 *
 * Usage: `node scripts/field-tables.ts FOLDER`. Only messages that carry readings are kept, and of these only fields
 * that hold numbers. Names become the camelCase of the developer interface, so that both ways give the same keys.
 *
 * Families of the newer generation share their numbers. What at least two of them say, and none says otherwise, goes to
 * `newer-generation.json`, and the files of these families hold the rest: so each knows what any of them knows.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

interface SourceTable {
  readonly commands: readonly { readonly cmdFunc: number; readonly cmdId: number; readonly message: string }[];
  readonly messages: Readonly<Record<string, readonly (readonly [number, string, string])[]>>;
}

/** Commands with readings: most families use the same, some have their own. The value is the prefix of their keys. */
const COMMON = { '254_21': '', '254_22': '', '254_23': '', '32_2': '', '32_50': '' };
const COMMANDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  powerstream: { '20_1': '20_1.', '254_32': '254_32.' },
  smart_plug: { '2_1': '2_1.', '53_1': '2_1.', '254_32': '254_32.' },
  smart_home_panel_2: { '12_1': '', '2_1': '', '12_32': '', '254_21': '' },
  delta_pro_ultra: {
    '2_1': 'hs_yj751_pd_appshow_addr.',
    '2_2': 'hs_yj751_pd_backend_addr.',
    '2_3': 'hs_yj751_pd_app_set_info_addr.',
    '2_4': 'hs_yj751_pd_bp_addr.',
    '254_21': '',
  },
  smart_meter: { '254_21': '254_21.', '254_22': '254_22.' },
  powerocean: { '96_1': '96_1.', '96_7': '96_7.', '96_8': '96_8.', '96_33': '', '96_39': '96_39.' },
  powerocean_plus: { '96_1': '96_1.', '96_7': '96_7.', '96_8': '96_8.', '96_33': '', '96_39': '96_39.' },
};

/** A battery reports itself under many numbers; the layout is always that of 32/50. */
const BATTERY_ALIASES = [
  '3_1',
  '3_2',
  '3_30',
  '3_50',
  '32_1',
  '32_3',
  '32_51',
  '32_52',
  '254_24',
  '254_25',
  '254_26',
  '254_27',
  '254_28',
  '254_29',
  '254_30',
];

/** Names that the developer interface spells otherwise. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  powerstream: {
    batChargingTime: 'chgRemainTime',
    batDischargingTime: 'dsgRemainTime',
    pv1Status: 'pv1Statue',
    pv2Status: 'pv2Statue',
    batStatus: 'batStatue',
    llcStatus: 'llcStatue',
    invStatus: 'invStatue',
  },
  smart_plug: { switch: 'switchSta', uptime: 'runTime', meshLayer: 'meshLayel' },
};

/** What families send in headers that name no command. */
const IMPLIED: Readonly<Record<string, string>> = { smart_home_panel_2: '12_1' };

const SCALARS = new Set(['uint32', 'int32', 'sint32', 'bool', 'float', 'double', 'fixed32']);

/** What is written of a family. */
interface Table {
  readonly commands: Readonly<Record<string, { readonly message: string; readonly prefix: string }>>;
  readonly ignored: readonly string[];
  readonly implied?: string;
  readonly messages: Record<string, string[]>;
}

const NEWER_GENERATION = /^(?:delta_3|delta_pro_3$|river_3|stream_|wave_3|glacier_classic|rapid_pro)/;

function convert(family: string, source: SourceTable): Table {
  const prefixes: Readonly<Record<string, string>> = COMMANDS[family] ?? COMMON;
  const commands: Record<string, { message: string; prefix: string }> = {};
  const ignored: string[] = [];
  for (const { cmdFunc, cmdId, message } of source.commands) {
    const command = `${cmdFunc}_${cmdId}`;
    const prefix = prefixes[command];
    if (prefix === undefined || source.messages[message] === undefined) ignored.push(command);
    else commands[command] = { message, prefix };
  }
  const battery = commands['32_50'];
  if (battery !== undefined) for (const alias of BATTERY_ALIASES) commands[alias] ??= battery;
  const messages = messagesOf(family, source, Object.values(commands));
  const implied = IMPLIED[family];
  return { commands, ignored, ...(implied === undefined ? {} : { implied }), messages };
}

function messagesOf(family: string, source: SourceTable, commands: readonly { readonly message: string }[]) {
  const messages: Record<string, string[]> = {};
  const pending = [...new Set(commands.map(({ message }) => message))];
  for (const name of pending) {
    messages[name] = (source.messages[name] ?? []).flatMap(([number, field, type]) => {
      const bare = type.replace('repeated ', '');
      const isMessage = source.messages[bare] !== undefined;
      if (isMessage && !pending.includes(bare)) pending.push(bare);
      if (bare === 'string' || bare === 'bytes') return [];
      const kind = isMessage || SCALARS.has(bare) ? type : type.replace(bare, 'enum');
      return [`${number} ${keyOf(family, field)} ${kind}`];
    });
  }
  return messages;
}

function keyOf(family: string, field: string): string {
  const key = field.replace(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return RENAMED[family]?.[key] ?? key;
}

/** Takes from the tables of the newer generation what they share, and returns it. */
function factorOut(tables: ReadonlyMap<string, Table>): Record<string, string[]> {
  const newer = [...tables].filter(([family]) => NEWER_GENERATION.test(family)).map(([, table]) => table);
  const shared = sharedOf(newer);
  for (const { messages } of newer) {
    for (const [message, fields] of Object.entries(messages)) {
      const rest = fields.filter((field) => !shared[message]?.includes(field));
      if (rest.length > 0 || shared[message] === undefined) messages[message] = rest;
      else delete messages[message];
    }
  }
  return shared;
}

function sharedOf(tables: readonly Table[]): Record<string, string[]> {
  const shared: Record<string, string[]> = {};
  for (const [place, said] of sayingsOf(tables)) {
    const [message = ''] = place.split(' ');
    const [field = ''] = said;
    if (new Set(said).size === 1 && said.length >= 2) shared[message] = [...(shared[message] ?? []), field];
  }
  for (const fields of Object.values(shared)) {
    fields.sort((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10));
  }
  return shared;
}

/** What the tables say of each field, by message and number. */
function sayingsOf(tables: readonly Table[]): Map<string, string[]> {
  const sayings = new Map<string, string[]>();
  const messages = tables.flatMap((table) => Object.entries(table.messages));
  for (const [message, fields] of messages) {
    for (const field of fields) {
      const place = `${message} ${field.split(' ', 1)[0]}`;
      sayings.set(place, [...(sayings.get(place) ?? []), field]);
    }
  }
  return sayings;
}

function write(name: string, content: object): void {
  const target = new URL(`../src/payload/tables/${name.replaceAll('_', '-')}.json`, import.meta.url);
  writeFileSync(target, `${JSON.stringify(content, null, 2)}\n`);
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node scripts/field-tables.ts FOLDER');
const tables = new Map<string, Table>();
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const family = basename(file, '.json');
  tables.set(family, convert(family, JSON.parse(readFileSync(join(folder, file), 'utf8'))));
}
write('newer_generation', factorOut(tables));
for (const [family, table] of tables) write(family, table);
