import { type JsonObject, toBase64 } from '../json.ts';

/** `component_nego` out of names and versions. */
export function components(versions: Readonly<Record<string, number>>): JsonObject {
  return { component_list: Object.entries(versions).map(([id, ver_code]) => ({ id, ver_code })) };
}

/** What every SMART device says of itself. */
export function smartInfo(model: string, type: string, rest: JsonObject): JsonObject {
  return {
    ...{ device_id: '80'.padEnd(40, '0'), model, type, mac: '02-00-00-00-00-00', ip: '127.0.0.1' },
    ...{ nickname: toBase64('#MASKED_NAME#'), ssid: toBase64('simulated'), region: 'Europe/Berlin', lang: 'en_US' },
    ...{ specs: 'EU', time_diff: 60, hw_ver: '1.0', rssi: -48, signal_level: 3, has_set_location_info: true },
    ...{ avatar: 'plug', fw_id: '00', hw_id: '00', oem_id: '00', latitude: 0, longitude: 0 },
    ...rest,
  };
}

/** What a SMART device knows besides its readings. */
export const SMART_EXTRAS: JsonObject = {
  get_device_time: { region: 'Europe/Berlin', time_diff: 60, timestamp: 1_767_225_600 },
  get_connect_cloud_state: { status: 0 },
  get_led_info: { led_rule: 'always', led_status: true },
  get_fw_download_state: { auto_upgrade: false, download_progress: 0, reboot_time: 5, status: 0, upgrade_time: 5 },
};

/** Energy as plugs with component `energy_monitoring` 2 tell it. */
export function energy(
  powerMilliwatts: number,
  { today, month }: { readonly today: number; readonly month: number },
): JsonObject {
  return {
    get_energy_usage: {
      ...{ today_runtime: 480, month_runtime: 14_000, today_energy: today, month_energy: month },
      ...{ local_time: '2026-01-01 01:00:00', electricity_charge: [0, 0, 0], current_power: powerMilliwatts },
    },
    get_current_power: { current_power: Math.round(powerMilliwatts / 1000) },
    get_device_usage: {
      time_usage: { today: 480, past7: 3300, past30: 14_000 },
      power_usage: { today, past7: Math.round(month / 4), past30: month },
      saved_power: { today: 0, past7: 0, past30: 0 },
    },
    get_max_power: { max_power: 3600 },
  };
}

/** The newest way to tell it, beside the others. */
export function meterData(powerMilliwatts: number, wattHours: number): JsonObject {
  const current = Math.round(powerMilliwatts / 230);
  return {
    get_emeter_data: { power_mw: powerMilliwatts, voltage_mv: 230_400, current_ma: current, energy_wh: wattHours },
  };
}
