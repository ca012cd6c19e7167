import { flagAt, macOf, modelOf, numberAt, present, printable, recordAt, textAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { DeviceFamily, DeviceIdentity, Measurements } from '../reading.ts';

/** Nothing so weak is received. */
const WEAKEST_DBM = -200;

/** Who a device or a child is, as `get_device_info` and the list of children say. @param parent of a child */
export function readIdentity(info: JsonRecord, family: DeviceFamily, parent?: DeviceIdentity): DeviceIdentity {
  const id = textAt(info, 'device_id');
  return {
    deviceId: parent?.deviceId ?? id,
    childId: parent === undefined ? '' : id,
    alias: decoded(textAt(info, 'nickname')),
    model: modelOf(textAt(info, 'model')),
    family,
    firmware: textAt(info, 'fw_ver'),
    hardware: textAt(info, 'hw_ver'),
    mac: macOf(textAt(info, 'mac')),
  };
}

/** How a device, an outlet or a child of a hub is. */
export function readState(info: JsonRecord): Measurements {
  return present<Measurements>({
    isRelayOn: flagAt(info, 'device_on'),
    onTimeSeconds: numberAt(info, 'on_time'),
    rssiDbm: rssiOf(info),
    signalLevel: numberAt(info, 'signal_level'),
    // A truth value on older firmware, a word on newer.
    isOverheated: flagAt(info, 'overheated') ?? isAbnormal(info, 'overheat_status'),
    isOvercurrent: isAbnormal(info, 'overcurrent_status'),
    isOverloaded: isAbnormal(info, 'power_protection_status'),
    ...lightOf(info),
  });
}

/** -1000 stands for "no sample". */
function rssiOf(info: JsonRecord): number | undefined {
  const rssi = numberAt(info, 'rssi');
  return rssi !== undefined && rssi > WEAKEST_DBM && rssi <= 0 ? rssi : undefined;
}

/** A light strip that plays an effect has the effect's brightness, and no one colour. */
function lightOf(info: JsonRecord): Pick<Measurements, 'brightnessRatio' | 'colorTemperatureKelvin'> {
  const effect = recordAt(info, 'lighting_effect');
  const isPlaying = flagAt(effect, 'enable') === true;
  const percent = (isPlaying ? numberAt(effect, 'brightness') : undefined) ?? numberAt(info, 'brightness');
  const kelvin = isPlaying ? undefined : numberAt(info, 'color_temp');
  return present({
    brightnessRatio: percent === undefined ? undefined : percent / 100,
    // 0: it shows a colour.
    colorTemperatureKelvin: kelvin === 0 ? undefined : kelvin,
  });
}

/** Whether a status says anything else than `normal`. */
function isAbnormal(info: JsonRecord, field: string): boolean | undefined {
  const status = textAt(info, field);
  return status === '' ? undefined : status !== 'normal';
}

/** Nicknames are base64 of UTF-8; one that is not is a nickname as it stands. */
function decoded(nickname: string): string {
  if (!/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(nickname)) return nickname;
  try {
    return printable(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(nickname, 'base64')));
  } catch {
    return nickname;
  }
}
