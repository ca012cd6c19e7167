import { modelOf } from './mapping/models.ts';

/** An entry of `devices.json`: a model, known by the start of its serial numbers. */
export interface DeviceEntry {
  /** Start of the serial number. */
  readonly sn: string;
  readonly name?: string;
  readonly generalKey?: string;
}

/** What the user calls a device in spite of everything else. */
export interface NameOverrides {
  readonly deviceName?: string | undefined;
  readonly productName?: string | undefined;
  readonly generalKey?: string | undefined;
}

/** What the cloud calls a device; either may be missing or empty. */
export interface CloudNames {
  readonly deviceName?: string | undefined;
  readonly productName?: string | undefined;
}

/** Names of a device: the labels of its series. */
export interface DeviceNames {
  readonly deviceName: string;
  readonly productName: string;
  readonly generalKey: string;
}

/** A `devices.json` that is not what it should be. */
export class BadDevicesFileError extends Error {}

const UNKNOWN = 'unknown';

/** Keys that EcoFlow itself gives to models, as far as dashboards of ecoflow-prometheus-exporter have them. */
const GENERAL_KEYS: readonly DeviceEntry[] = [
  { sn: 'P521', generalKey: 'ecoflow_rapid_pro_charging_dock' },
  { sn: 'R601', generalKey: 'ecoflow_ps_river_256' },
  { sn: 'DCA', generalKey: 'ecoflow_ps_delta_pro_3600' },
  { sn: 'DCE', generalKey: 'ecoflow_ps_delta_pro_3600' },
  { sn: 'R611', generalKey: 'ecoflow_ps_river_max_512' },
];

/**
 * Reads `devices.json`: a list of models. Entries without `sn` match nothing.
 *
 * @throws {BadDevicesFileError} when it is no JSON, or not a list of objects
 */
export function parseDevices(text: string): DeviceEntry[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new BadDevicesFileError('the devices file is not JSON', { cause });
  }
  if (!Array.isArray(content)) throw new BadDevicesFileError('the devices file is not a list');
  return content.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) throw new BadDevicesFileError('a device is not an object');
    const { sn, name, generalKey } = entry as Readonly<Record<string, unknown>>;
    if (typeof sn !== 'string' || sn === '') return [];
    return [{ sn, ...textOf('name', name), ...textOf('generalKey', generalKey) }];
  });
}

/**
 * Names a device. First what the user says, then what the cloud says, then its model (`devices.json` before what is
 * known here), and at last the serial number, or `unknown`.
 *
 * A device that the cloud calls by its serial number is named `<model>-<last four characters>`.
 */
export function nameDevice(
  serialNumber: string,
  cloud: CloudNames,
  overrides: NameOverrides = {},
  devices: readonly DeviceEntry[] = [],
): DeviceNames {
  const entry = devices.find(({ sn }) => serialNumber.startsWith(sn));
  const model = entry?.name || modelOf(serialNumber)?.productName;
  const cloudName = cloud.deviceName === serialNumber ? undefined : cloud.deviceName;
  const builtName = model === undefined ? serialNumber : `${model}-${serialNumber.slice(-4)}`;
  const known = GENERAL_KEYS.find(({ sn }) => serialNumber.startsWith(sn));
  return {
    deviceName: overrides.deviceName || cloudName || builtName,
    productName: overrides.productName || cloud.productName || model || UNKNOWN,
    generalKey: overrides.generalKey || (entry === undefined ? known?.generalKey : entry.generalKey) || UNKNOWN,
  };
}

function textOf<Name extends string>(name: Name, value: unknown): { readonly [key in Name]?: string } {
  return typeof value === 'string' ? ({ [name]: value } as { readonly [key in Name]?: string }) : {};
}
