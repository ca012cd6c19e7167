import { loadFamilyTable, NO_COMMANDS, type TableName } from '../payload/family-tables.ts';
import type { FamilyTable } from '../payload/field-table.ts';
import { DELTA_PRO_ULTRA, GLACIER, WAVE_2 } from './families/appliances.ts';
import { DELTA_2, DELTA_2_MAX, RIVER_2 } from './families/delta-2.ts';
import { DELTA_PRO, RIVER_MAX, RIVER_MINI } from './families/delta-pro.ts';
import {
  ALTERNATOR,
  POWEROCEAN,
  POWERSTREAM,
  SMART_HOME_PANEL,
  SMART_HOME_PANEL_2,
  SMART_METER,
  SMART_PLUG,
} from './families/grid-devices.ts';
import { DELTA_PRO_3, NEWER_GENERATION, RAPID_PRO, STREAM } from './families/newer-generation.ts';
import type { Rule } from './rule.ts';

/** Devices that say the same in the same way. */
export interface Family {
  readonly rules: readonly Rule[];
  /** Layouts of its protobuf; absent when it speaks JSON alone, or nobody knows. */
  readonly table?: TableName;
  /** Keys whose 0 marks a JSON frame as junk, sent while a battery module starts. */
  readonly junkMarks?: readonly string[];
}

const JUNK_MARKS = ['ems.openBmsIdx', 'bmsMaster.bqSysStatReg'];

const FAMILIES = {
  alternator: { rules: ALTERNATOR, table: 'alternator' },
  delta_2: { rules: DELTA_2 },
  delta_2_max: { rules: DELTA_2_MAX },
  delta_3: { rules: NEWER_GENERATION, table: 'delta_3' },
  delta_3_1500: { rules: DELTA_2 },
  delta_3_classic: { rules: NEWER_GENERATION, table: 'delta_3_classic' },
  delta_3_max_plus: { rules: NEWER_GENERATION, table: 'delta_3_max_plus' },
  delta_3_plus: { rules: NEWER_GENERATION, table: 'delta_3_plus' },
  delta_max: { rules: DELTA_PRO, junkMarks: JUNK_MARKS },
  delta_mini: { rules: DELTA_PRO },
  delta_pro: { rules: DELTA_PRO, junkMarks: JUNK_MARKS },
  delta_pro_3: { rules: DELTA_PRO_3, table: 'delta_pro_3' },
  delta_pro_ultra: { rules: DELTA_PRO_ULTRA, table: 'delta_pro_ultra' },
  glacier: { rules: GLACIER },
  glacier_classic: { rules: NEWER_GENERATION, table: 'glacier_classic' },
  powerocean: { rules: POWEROCEAN, table: 'powerocean' },
  powerocean_plus: { rules: POWEROCEAN, table: 'powerocean_plus' },
  powerstream: { rules: POWERSTREAM, table: 'powerstream' },
  rapid_pro: { rules: RAPID_PRO, table: 'rapid_pro' },
  river_2: { rules: RIVER_2 },
  river_3: { rules: NEWER_GENERATION, table: 'river_3' },
  river_3_plus: { rules: NEWER_GENERATION, table: 'river_3_plus' },
  river_max: { rules: RIVER_MAX },
  river_mini: { rules: RIVER_MINI },
  smart_home_panel: { rules: SMART_HOME_PANEL },
  smart_home_panel_2: { rules: SMART_HOME_PANEL_2, table: 'smart_home_panel_2' },
  smart_meter: { rules: SMART_METER, table: 'smart_meter' },
  smart_plug: { rules: SMART_PLUG, table: 'smart_plug' },
  stream_5000: { rules: STREAM },
  stream_ac: { rules: STREAM, table: 'stream_ac' },
  stream_ac_pro: { rules: STREAM, table: 'stream_ac_pro' },
  stream_microinverter: { rules: STREAM, table: 'stream_microinverter' },
  stream_ultra: { rules: STREAM, table: 'stream_ultra' },
  stream_ultra_x: { rules: STREAM, table: 'stream_ultra_x' },
  /** Not known: JSON of the earlier generations has keys of its own, so that all their rules may be tried. */
  unlisted: { rules: [...NEWER_GENERATION, ...DELTA_2, ...DELTA_PRO], table: 'delta_3' },
  wave_2: { rules: WAVE_2 },
  wave_3: { rules: NEWER_GENERATION, table: 'wave_3' },
} as const satisfies Readonly<Record<string, Family>>;

export type FamilyName = keyof typeof FAMILIES;

/** All families. */
export const FAMILY_NAMES = Object.keys(FAMILIES) as FamilyName[];

/** Everything about a family. */
export function familyOf(name: FamilyName): Family {
  return FAMILIES[name];
}

/** The protobuf layouts of a family. */
export async function tableOfFamily(name: FamilyName): Promise<FamilyTable> {
  const { table }: Family = FAMILIES[name];
  return table === undefined ? NO_COMMANDS : await loadFamilyTable(table);
}
