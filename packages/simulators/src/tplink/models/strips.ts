import { type JsonObject, toBase64 } from '../json.ts';
import { components, energy, SMART_EXTRAS, smartInfo } from './parts.ts';
import type { Preset } from './preset.ts';

const OUTLET_COMPONENTS = { device: 2, energy_monitoring: 2, power_protection: 1, overheat_protection: 1 };

function outlet(position: number, isOn: boolean): JsonObject {
  return smartInfo('P304M', 'SMART.TAPOPLUG', {
    ...{ device_id: `outlet-${position}`, nickname: toBase64(`#MASKED_NAME# ${position}`), mac: '020000000000' },
    ...{ category: 'plug.powerstrip.sub-plug', position, slot_number: 4, original_device_id: '80'.padEnd(40, '0') },
    ...{ fw_ver: '1.0.3 Build 240605 Rel.091502', device_on: isOn, on_time: isOn ? 7200 : 0 },
    ...{ overheat_status: 'normal', overcurrent_status: 'normal', power_protection_status: 'normal' },
  });
}

const OUTLETS = [
  { info: outlet(1, true), milliwatts: 4200 },
  { info: outlet(2, true), milliwatts: 75_000 },
  { info: outlet(3, false), milliwatts: 0 },
  { info: outlet(4, true), milliwatts: 1300 },
];

/** A strip whose outlets have a meter each: KLAP v2. */
export const p304m: Preset = {
  transport: 'klap2',
  capture: {
    // The strip says that it measures, yet only its outlets do.
    component_nego: components({ device: 2, firmware: 2, control_child: 2, child_device: 2, energy_monitoring: 2 }),
    get_device_info: smartInfo('P304M', 'SMART.TAPOPLUG', { fw_ver: '1.0.3 Build 240605 Rel.091502', avatar: '' }),
    get_child_device_list: { child_device_list: OUTLETS.map(({ info }) => info), start_index: 0, sum: OUTLETS.length },
    get_child_device_component_list: {
      child_component_list: OUTLETS.map(({ info }) => ({
        device_id: info['device_id'],
        ...components(OUTLET_COMPONENTS),
      })),
      ...{ start_index: 0, sum: OUTLETS.length },
    },
    child_devices: Object.fromEntries(
      OUTLETS.map(({ info, milliwatts }, index) => [
        info['device_id'],
        {
          component_nego: components(OUTLET_COMPONENTS),
          get_device_info: info,
          ...energy(milliwatts, { today: 14 * index, month: 310 * (index + 1) }),
        },
      ]),
    ),
    ...SMART_EXTRAS,
  },
};

const SOCKETS = [0, 1, 2, 3, 4, 5].map((slot) => ({
  id: `socket-${slot}`,
  milliwatts: slot === 5 ? 0 : 3000 * (slot + 1),
  state: slot === 5 ? 0 : 1,
}));

/** A Kasa strip with the newest firmware: IOT over KLAP v2. */
export const hs300: Preset = {
  transport: 'klap2',
  capture: {
    system: {
      get_sysinfo: {
        ...{ alias: '#MASKED_NAME#', deviceId: '80'.padEnd(40, '0'), mac: '02:00:00:00:00:00', model: 'HS300(US)' },
        ...{
          mic_type: 'IOT.SMARTPLUGSWITCH',
          feature: 'TIM:ENE',
          sw_ver: '1.1.2 Build 241220 Rel.171333',
          hw_ver: '2.0',
        },
        ...{
          rssi: -45,
          led_off: 0,
          updating: 0,
          latitude_i: 0,
          longitude_i: 0,
          err_code: 0,
          child_num: SOCKETS.length,
        },
        children: SOCKETS.map(({ id, state }, slot) => ({
          ...{ id, state, alias: `#MASKED_NAME# ${slot + 1}`, on_time: 1760 * state, next_action: { type: -1 } },
        })),
      },
    },
    // Asked without naming an outlet it answers for the first one.
    emeter: { get_realtime: realtime(0, 3000) },
    child_devices: Object.fromEntries(
      SOCKETS.map(({ id, milliwatts }, slot) => [id, { emeter: { get_realtime: realtime(slot, milliwatts) } }]),
    ),
  },
};

function realtime(slot: number, milliwatts: number): JsonObject {
  const current_ma = Math.round(milliwatts / 121);
  return {
    slot_id: slot,
    voltage_mv: 121_900,
    current_ma,
    power_mw: milliwatts,
    total_wh: 4013 + 700 * slot,
    err_code: 0,
  };
}
