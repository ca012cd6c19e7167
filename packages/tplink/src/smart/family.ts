import { textAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { DeviceFamily } from '../reading.ts';

/** Words in a device's `type`, as `SMART.TAPOBULB`, and what they make of it. */
const BY_TYPE: readonly (readonly [string, DeviceFamily])[] = [
  ['HUB', 'HUB'],
  ['BULB', 'BULB'],
  ['SWITCH', 'SWITCH'],
];

/** The family of a device; a plug with outlets is a strip. */
export function familyOf(info: JsonRecord, hasChildren: boolean): DeviceFamily {
  const type = textAt(info, 'type');
  const known = BY_TYPE.find(([word]) => type.includes(word));
  if (known !== undefined) return known[1];
  return hasChildren ? 'STRIP' : 'PLUG';
}

/** The family of a child: an outlet, a part of a wall switch, or what a hub has. */
export function childFamilyOf(child: JsonRecord): DeviceFamily {
  const category = textAt(child, 'category');
  if (category.startsWith('plug.')) return 'PLUG';
  return category.includes('switch') ? 'SWITCH' : 'SENSOR';
}
