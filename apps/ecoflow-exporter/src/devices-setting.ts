import { readFileSync } from 'node:fs';
import { BadDevicesFileError, type DeviceEntry, parseDevices } from './naming.ts';

/**
 * The models that `devices_json` names: JSON, or the path of a file that has it; null and empty: none.
 *
 * @throws {BadDevicesFileError} when the file cannot be read, or is no list of models
 */
export function readDevicesSetting(setting: string | null): DeviceEntry[] {
  if (setting === null || setting.trim() === '') return [];
  return parseDevices(setting.trimStart().startsWith('[') ? setting : read(setting));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new BadDevicesFileError(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}
