import { ProtocolError } from '../device-error.ts';
import { flagAt, macIn, modelOf, numberAt, present, recordAt, recordsAt, textAt } from '../exchange/fields.ts';
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
    mac: macIn(sysinfo),
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

/** The longest strip has six. */
const MOST_OUTLETS = 32;

/**
 * The outlets of a strip. Some firmware lists their ids without that of the strip in front: the full id is that of the
 * strip and two digits.
 *
 * @throws {ProtocolError} when there are more than any strip has
 */
export function readOutlets(sysinfo: JsonRecord, strip: DeviceIdentity): Reading[] {
  const children = recordsAt(sysinfo, 'children');
  if (children.length > MOST_OUTLETS) {
    throw new ProtocolError(`get_sysinfo: expected at most ${MOST_OUTLETS} outlets, found ${children.length}`);
  }
  const outlets = children.map((child, index) => readOutlet(child, index, strip));
  // An id that comes twice can be asked for one outlet only.
  return outlets.filter(
    ({ identity }, index) => index === outlets.findIndex((one) => one.identity.childId === identity.childId),
  );
}

function readOutlet(child: JsonRecord, index: number, strip: DeviceIdentity): Reading {
  const id = textAt(child, 'id') || String(index);
  const isOn = flagAt(child, 'state');
  return {
    identity: {
      ...strip,
      childId: id.length <= 2 ? `${strip.deviceId}${id.padStart(2, '0')}` : id,
      alias: textAt(child, 'alias'),
      family: 'PLUG',
    },
    measurements: present<Measurements>({
      isRelayOn: isOn,
      // Some KP303 keep on counting from when an outlet was last switched on.
      onTimeSeconds: isOn === false && 'on_time' in child ? 0 : numberAt(child, 'on_time'),
    }),
  };
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
