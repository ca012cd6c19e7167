import { components, energy, meterData, SMART_EXTRAS, smartInfo } from './parts.ts';
import type { Preset } from './preset.ts';

/** A metering plug, firmware 1.3: KLAP v2. */
export const p110: Preset = {
  transport: 'klap2',
  capture: {
    component_nego: components({
      device: 2,
      firmware: 2,
      energy_monitoring: 2,
      power_protection: 1,
      led: 1,
      auto_off: 2,
    }),
    get_device_info: smartInfo('P110', 'SMART.TAPOPLUG', {
      ...{ fw_ver: '1.3.1 Build 240621 Rel.162048', device_on: true, on_time: 86_400, overheated: false },
      ...{ power_protection_status: 'normal', overcurrent_status: 'normal' },
      ...{ auto_off_status: 'off', auto_off_remain_time: 0 },
    }),
    ...energy(42_500, { today: 310, month: 8400 }),
    get_protection_power: { enabled: false, protection_power: 0 },
    ...SMART_EXTRAS,
  },
};

/** The same plug after the update that took KLAP away: TPAP, and the newer energy method. */
export const tpapPlug: Preset = {
  transport: 'tpap',
  capture: {
    component_nego: components({
      device: 2,
      firmware: 2,
      energy_monitoring: 2,
      power_protection: 1,
      overheat_protection: 1,
    }),
    get_device_info: smartInfo('P110', 'SMART.TAPOPLUG', {
      ...{ fw_ver: '1.4.1 Build 250811 Rel.120000', device_on: true, on_time: 3600, overheat_status: 'normal' },
      ...{ power_protection_status: 'normal', overcurrent_status: 'normal', charging_status: 'normal' },
    }),
    ...energy(118_000, { today: 95, month: 2210 }),
    ...meterData(118_000, 1290),
    ...SMART_EXTRAS,
  },
};

/** A first plug without a meter: AES, the older login, no batches, a new connection for every request. */
export const p100: Preset = {
  transport: 'aes',
  http: { closeAfterReply: true },
  smart: { batches: 'refused' },
  capture: {
    component_nego: components({ device: 1, firmware: 1, schedule: 1, countdown: 1 }),
    discovery_result: { result: { mgt_encrypt_schm: { encrypt_type: 'AES', http_port: 80 }, device_model: 'P100' } },
    get_device_info: smartInfo('P100', 'SMART.TAPOPLUG', {
      ...{ fw_ver: '1.1.3 Build 20191017 Rel. 57937', device_on: true, on_time: 6868, overheated: false },
    }),
    get_device_time: { timestamp: 1_767_225_600 },
    get_connect_cloud_state: { status: 0 },
  },
};

/** A Kasa plug with a meter: XOR. */
export const hs110: Preset = {
  transport: 'xor',
  capture: {
    system: {
      get_sysinfo: {
        ...{ alias: '#MASKED_NAME#', deviceId: '80'.padEnd(40, '0'), mac: '02:00:00:00:00:00', model: 'HS110(EU)' },
        ...{ mic_type: 'IOT.SMARTPLUGSWITCH', feature: 'TIM:ENE', dev_name: 'Smart Wi-Fi Plug With Energy Monitoring' },
        ...{ sw_ver: '1.5.6 Build 191125 Rel.083657', hw_ver: '4.0', relay_state: 1, on_time: 5400, rssi: -57 },
        ...{ led_off: 0, active_mode: 'none', updating: 0, latitude_i: 0, longitude_i: 0, err_code: 0 },
      },
    },
    emeter: {
      get_realtime: { voltage_mv: 229_800, current_ma: 274, power_mw: 61_200, total_wh: 16_320, err_code: 0 },
      get_daystat: { day_list: [{ year: 2026, month: 1, day: 1, energy_wh: 240 }], err_code: 0 },
      get_monthstat: { month_list: [{ year: 2026, month: 1, energy_wh: 240 }], err_code: 0 },
    },
    time: { get_time: { year: 2026, month: 1, mday: 1, hour: 1, min: 0, sec: 0, err_code: 0 } },
  },
};

/** A colour bulb: KLAP v2. */
export const l530: Preset = {
  transport: 'klap2',
  capture: {
    component_nego: components({ device: 2, brightness: 1, color: 1, color_temperature: 1, light_effect: 1 }),
    get_device_info: smartInfo('L530', 'SMART.TAPOBULB', {
      ...{ fw_ver: '1.1.6 Build 240130 Rel.173828', hw_ver: '3.0', avatar: 'bulb', device_on: true, overheated: false },
      ...{ brightness: 80, color_temp: 2700, hue: 0, saturation: 100, color_temp_range: [2500, 6500] },
    }),
    get_device_usage: {
      time_usage: { today: 200, past7: 1200, past30: 5100 },
      power_usage: { today: 24, past7: 160, past30: 680 },
      saved_power: { today: 170, past7: 1000, past30: 4420 },
    },
    ...SMART_EXTRAS,
  },
};
