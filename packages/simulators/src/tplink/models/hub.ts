import { withChildren } from '../capture/capture.ts';
import { type JsonObject, toBase64 } from '../json.ts';
import { components, SMART_EXTRAS, smartInfo } from './parts.ts';
import type { Preset } from './preset.ts';

function sensor(model: string, category: string, readings: JsonObject): object {
  const type = category === 'subg.trv' ? 'SMART.KASAENERGY' : 'SMART.TAPOSENSOR';
  return {
    component_nego: components({ device: 2, battery_detect: 1, report_mode: 1 }),
    get_device_info: {
      ...{ model, category, type, nickname: toBase64('#MASKED_NAME#'), mac: 'F0A731000000', status: 'online' },
      ...{
        parent_device_id: '80'.padEnd(40, '0'),
        hw_ver: '1.0',
        fw_ver: '1.7.0 Build 230424 Rel.170332',
        region: 'Europe/Berlin',
      },
      ...{ at_low_battery: false, rssi: -38, signal_level: 3, jamming_rssi: -113, jamming_signal_level: 1 },
      ...{
        report_interval: 16,
        lastOnboardingTimestamp: 1_706_990_901,
        bind_count: 1,
        specs: 'EU',
        oem_id: '00',
        hw_id: '00',
      },
      ...readings,
    },
  };
}

const SENSORS = [
  sensor('T315', 'subg.trigger.temp-hmdt-sensor', {
    ...{ current_temp: 21.4, temp_unit: 'celsius', current_temp_exception: 0, battery_percentage: 80 },
    ...{ current_humidity: 52, current_humidity_exception: 0 },
  }),
  sensor('T110', 'subg.trigger.contact-sensor', { open: false }),
  sensor('T100', 'subg.trigger.motion-sensor', { detected: false }),
  sensor('T300', 'subg.trigger.water-leak-sensor', {
    ...{ water_leak_status: 'water_dry', in_alarm: false, battery_percentage: 100 },
  }),
  sensor('KE100', 'subg.trv', {
    ...{ current_temp: 20.6, target_temp: 21, temp_offset: 0, temp_unit: 'celsius', battery_percentage: 65 },
    ...{ trv_states: ['heating'], child_protection: false, frost_protection_on: false },
    ...{ min_control_temp: 5, max_control_temp: 30, report_interval: 60 },
  }),
];

/** A hub with a sensor of every kind and a radiator valve: KLAP v2. */
export const h100: Preset = {
  transport: 'klap2',
  capture: withChildren(
    {
      component_nego: components({
        device: 2,
        firmware: 2,
        control_child: 2,
        child_device: 2,
        alarm: 1,
        child_quick_setup: 1,
      }),
      get_device_info: smartInfo('H100', 'SMART.TAPOHUB', {
        ...{
          avatar: 'hub',
          fw_ver: '1.5.20 Build 240502 Rel.150000',
          overheated: false,
          in_alarm: false,
          in_alarm_source: '',
        },
      }),
      ...SMART_EXTRAS,
    },
    SENSORS,
  ),
};
