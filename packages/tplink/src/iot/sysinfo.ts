import { flagAt, macOf, modelOf, numberAt, present, recordAt, recordsAt, textAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { DeviceFamily, DeviceIdentity, Measurements, Reading } from '../reading.ts';

/** What `system.get_sysinfo` says of a device itself. */
export function readSysinfo(sysinfo: JsonRecord): Reading {
  const identity: DeviceIdentity = {
    deviceId: textAt(sysinfo, 'deviceId'),
    childId: '',
    alias: textAt(sysinfo, 'alias'),
    model: modelOf(textAt(sysinfo, 'model')),
    family: familyOf(sysinfo),
    firmware: textAt(sysinfo, 'sw_ver'),
    hardware: textAt(sysinfo, 'hw_ver'),
    mac: macOf(textAt(sysinfo, 'mac') || textAt(sysinfo, 'mic_mac') || textAt(sysinfo, 'ethernet_mac')),
  };
  const measurements = present<Measurements>({
    // Strips have no relay of their own, bulbs a light instead.
    isRelayOn: flagAt(sysinfo, 'relay_state') ?? flagAt(recordAt(sysinfo, 'light_state'), 'on_off'),
    onTimeSeconds: numberAt(sysinfo, 'on_time'),
    rssiDbm: numberAt(sysinfo, 'rssi'),
    ...lightOf(sysinfo),
  });
  return { identity, measurements };
}

/** Whether it has an energy meter: `TIM:ENE`. Bulbs do not say; one asks. */
export function hasMeter(sysinfo: JsonRecord): boolean {
  return isBulb(sysinfo) || textAt(sysinfo, 'feature').includes('ENE');
}

export function isBulb(sysinfo: JsonRecord): boolean {
  return (textAt(sysinfo, 'mic_type') || textAt(sysinfo, 'type')) === 'IOT.SMARTBULB';
}

/** The outlets of a strip. Some firmware lists their ids without that of the strip in front. */
export function readOutlets(sysinfo: JsonRecord, strip: DeviceIdentity): Reading[] {
  return recordsAt(sysinfo, 'children').map((child) => {
    const id = textAt(child, 'id');
    const childId = id.length <= 2 ? `${strip.deviceId}${id}` : id;
    return {
      identity: { ...strip, childId, alias: textAt(child, 'alias'), family: 'PLUG' },
      measurements: present<Measurements>({
        isRelayOn: flagAt(child, 'state'),
        onTimeSeconds: numberAt(child, 'on_time'),
      }),
    };
  });
}

const WALL_SWITCH = /^(HS2|KS2|ES20)/;

function familyOf(sysinfo: JsonRecord): DeviceFamily {
  if (isBulb(sysinfo)) return 'BULB';
  if (recordsAt(sysinfo, 'children').length > 0) return 'STRIP';
  return WALL_SWITCH.test(textAt(sysinfo, 'model')) ? 'SWITCH' : 'PLUG';
}

/** While a light is off, what it will be when it is on again stands under `dft_on_state`. */
function lightOf(sysinfo: JsonRecord): Pick<Measurements, 'brightnessRatio' | 'colorTemperatureKelvin'> {
  const state = recordAt(sysinfo, 'light_state');
  const light = flagAt(state, 'on_off') === false ? recordAt(state, 'dft_on_state') : state;
  const percent = numberAt(light, 'brightness') ?? numberAt(sysinfo, 'brightness');
  const kelvin = numberAt(light, 'color_temp');
  return present({
    brightnessRatio: percent === undefined ? undefined : percent / 100,
    // 0: it shows a colour.
    colorTemperatureKelvin: kelvin === 0 ? undefined : kelvin,
  });
}
