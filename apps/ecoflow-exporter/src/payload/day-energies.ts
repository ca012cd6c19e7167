import type { DecodedMessage } from './decode-message.ts';

/** What the energies of PowerStream and Smart Plug count, by `watth_type`. */
const NAMES: Readonly<Record<number, string>> = {
  2: 'watthToSmartPlugs',
  3: 'watthToBattery',
  4: 'watthFromBattery',
  7: 'watthPv1',
  8: 'watthPv2',
};

/**
 * Energies of a day in watt-hours, by name: an EnergyPack holds, for each type, a list whose sum is the day's.
 *
 * Of several days only the latest counts. An empty list is not on the wire, and means 0.
 */
export function readDayEnergies(pack: DecodedMessage): Readonly<Record<string, number>> {
  const items = pack['sysEnergyStream'];
  if (!Array.isArray(items)) return {};
  const latest = new Map<string, { readonly time: number; readonly wattHours: number }>();
  for (const item of items as readonly DecodedMessage[]) {
    const name = NAMES[Number(item['watthType'])];
    const time = Number(item['timestamp'] ?? 0);
    if (name === undefined || (latest.get(name)?.time ?? 0) > time) continue;
    latest.set(name, { time, wattHours: sumOf(item['watth']) });
  }
  return Object.fromEntries([...latest].map(([name, { wattHours }]) => [name, wattHours]));
}

function sumOf(list: DecodedMessage[string] | undefined): number {
  return Array.isArray(list) ? list.reduce((sum: number, element) => sum + Number(element), 0) : 0;
}
