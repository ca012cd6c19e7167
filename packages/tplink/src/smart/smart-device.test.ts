import { createFakeClock } from '@device-exporters/retry/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeviceError, DeviceRefusedError } from '../device-error.ts';
import type { Measurements } from '../reading.ts';
import { createSmartDevice } from './smart-device.ts';

const never = new AbortController().signal;
const INFO = {
  device_id: '80AA',
  nickname: 'RnJpZGdl',
  model: 'P110',
  type: 'SMART.TAPOPLUG',
  mac: '50-C7-BF-00-11-22',
};
const METERED = { component_list: [{ id: 'energy_monitoring', ver_code: 2 }] };
const PARENT = { component_list: [{ id: 'child_device', ver_code: 2 }] };

interface Request {
  readonly method: string;
  readonly params?: {
    readonly requests?: readonly Request[];
    readonly requestData?: Request;
    readonly device_id?: string;
  };
}
type Results = Readonly<Record<string, unknown>>;

/** A device with these results by method (a number is an error), children of its own, and what it was asked. */
function deviceOf(
  results: Results,
  children: Readonly<Record<string, Results>> = {},
  batches = true,
  breaksOffOn?: string,
) {
  const asked: string[] = [];
  let refusal: number | undefined;
  const clock = createFakeClock();
  const answer = ({ method, params }: Request, of: Results): object => {
    asked.push(method);
    if (method === 'multipleRequest') {
      const code = refusal ?? (batches ? 0 : -1003);
      refusal = undefined;
      if (code !== 0) return { error_code: code };
      const responses = (params?.requests ?? []).map((one) => ({ method: one.method, ...answer(one, of) }));
      return { error_code: 0, result: { responses: responses.toReversed() } };
    }
    if (method === 'control_child' && params?.requestData !== undefined) {
      const responseData = answer(params.requestData, children[params.device_id ?? ''] ?? {});
      return { error_code: 0, result: { responseData } };
    }
    const result = of[method];
    if (result === undefined || typeof result === 'number') return { error_code: result ?? -1002 };
    return { error_code: 0, result };
  };
  const exchange = async (text: string): Promise<string> => {
    if (breaksOffOn !== undefined && text.includes(breaksOffOn)) throw new DeviceRefusedError('connection reset');
    return JSON.stringify(answer(JSON.parse(text) as Request, results));
  };
  const refuseBatch = (code: number): void => {
    refusal = code;
  };
  return { asked, clock, refuseBatch, device: createSmartDevice({ exchange }, { clock }) };
}

async function measured(results: Results): Promise<Measurements> {
  return (await deviceOf(results).device.poll(never)).device.measurements;
}

describe('a plug', () => {
  test('says what it is and how it is', async () => {
    const info = { ...INFO, device_on: true, on_time: 7, rssi: -50, signal_level: 2, overheat_status: 'normal' };
    const { device } = await deviceOf({ get_device_info: info }).device.poll(never);
    expect(device.identity).toEqual({
      deviceId: '80AA',
      childId: '',
      alias: 'Fridge',
      model: 'P110',
      family: 'PLUG',
      firmware: '',
      hardware: '',
      mac: '50:C7:BF:00:11:22',
    });
    expect(device.measurements).toEqual({
      isRelayOn: true,
      onTimeSeconds: 7,
      rssiDbm: -50,
      signalLevel: 2,
      isOverheated: false,
    });
  });

  test.each([
    ['mW where it has them', { get_emeter_data: { power_mw: 1_234 }, get_current_power: { current_power: 9 } }, 1.234],
    [
      'mW of its usage else',
      { get_energy_usage: { current_power: 500 }, get_current_power: { current_power: 9 } },
      0.5,
    ],
    ['whole W else', { get_current_power: { current_power: 9 } }, 9],
    ['nothing where it does not say', { get_energy_usage: { today_energy: 1 } }, undefined],
  ])('measures power in %s', async (_, meter, powerWatts) => {
    const measurements = await measured({ component_nego: METERED, get_device_info: INFO, ...meter });
    expect(measurements.powerWatts).toBe(powerWatts);
  });

  test('tells energy in Wh and run times in minutes', async () => {
    const get_energy_usage = { today_energy: 2, month_energy: 10, today_runtime: 3, month_runtime: 4 };
    const get_emeter_data = { voltage_mv: 230_500, current_ma: 250, energy_wh: 99 };
    expect(
      await measured({ component_nego: METERED, get_device_info: INFO, get_energy_usage, get_emeter_data }),
    ).toEqual({
      energyTodayJoules: 7_200,
      energyMonthJoules: 36_000,
      runtimeTodaySeconds: 180,
      runtimeMonthSeconds: 240,
      voltageVolts: 230.5,
      currentAmperes: 0.25,
    });
  });

  test('that has lost its clock tells the rest', async () => {
    const results = {
      component_nego: METERED,
      get_device_info: { ...INFO, device_on: false },
      get_energy_usage: -2201,
    };
    expect(await measured(results)).toEqual({ isRelayOn: false });
  });

  test('that refuses batches is asked one by one from then on', async () => {
    const results = { component_nego: METERED, get_device_info: INFO, get_current_power: { current_power: 4 } };
    const { device, asked } = deviceOf(results, {}, false);
    for (let poll = 0; poll < 3; poll++) expect((await device.poll(never)).device.measurements.powerWatts).toBe(4);
    expect(asked.filter((method) => method === 'multipleRequest')).toHaveLength(1);
  });

  test('is asked about the cloud once a minute, and about its abilities once', async () => {
    const { device, asked, clock } = deviceOf({ get_device_info: INFO, get_connect_cloud_state: { status: 0 } });
    for (let poll = 0; poll < 4; poll++) {
      expect((await device.poll(never)).device.measurements.isCloudConnected).toBe(true);
      await clock.advance(20_000);
    }
    expect(asked.filter((method) => method === 'get_connect_cloud_state')).toHaveLength(2);
    expect(asked.filter((method) => method === 'component_nego')).toHaveLength(1);
  });

  test('that does not say what it can is asked for everything, and for what it does not know no more', async () => {
    const { device, asked } = deviceOf({ get_device_info: INFO, get_current_power: { current_power: 4 } });
    expect((await device.poll(never)).device.measurements.powerWatts).toBe(4);
    asked.length = 0;
    expect((await device.poll(never)).device.measurements.powerWatts).toBe(4);
    expect(asked).toEqual(expect.not.arrayContaining(['component_nego', 'get_emeter_data', 'get_connect_cloud_state']));
  });

  test('with another firmware is asked again what it can do', async () => {
    const results = { component_nego: { component_list: [] as object[] }, get_device_info: { ...INFO, fw_ver: '1.0' } };
    const { device } = deviceOf(Object.assign(results, { get_current_power: { current_power: 4 } }));
    expect((await device.poll(never)).device.measurements.powerWatts).toBeUndefined();
    results.component_nego.component_list.push(...METERED.component_list);
    results.get_device_info.fw_ver = '1.1';
    await device.poll(never);
    expect((await device.poll(never)).device.measurements.powerWatts).toBe(4);
  });

  test('that is too busy for a batch is asked in batches again', async () => {
    const meter = { get_energy_usage: {}, get_emeter_data: {}, get_current_power: {} };
    const results = { component_nego: METERED, get_device_info: INFO, ...meter };
    const { device, asked, refuseBatch } = deviceOf(results);
    refuseBatch(-1301);
    await device.poll(never);
    await device.poll(never);
    expect(asked.filter((method) => method === 'multipleRequest')).toHaveLength(2);
  });

  test('that breaks off on the question about the cloud is read without', async () => {
    const { device } = deviceOf({ get_device_info: INFO }, {}, true, 'get_connect_cloud_state');
    await expect(device.poll(never)).rejects.toThrow('connection reset');
    expect((await device.poll(never)).device.identity.alias).toBe('Fridge');
  });

  test.each(['overcurrent_status', 'power_protection_status'])(
    'with another %s than normal says so',
    async (status) => {
      const { isOvercurrent, isOverloaded } = await measured({ get_device_info: { ...INFO, [status]: 'lifted' } });
      expect([isOvercurrent, isOverloaded].filter((flag) => flag !== undefined)).toEqual([true]);
    },
  );

  test('whose name is no base64 of UTF-8 is called as it says', async () => {
    for (const nickname of ['Fridge!', '/////w==']) {
      const { device } = await deviceOf({ get_device_info: { ...INFO, nickname } }).device.poll(never);
      expect(device.identity.alias).toBe(nickname);
    }
  });

  test('without a description is none', async () => {
    await expect(deviceOf({}).device.poll(never)).rejects.toThrow('expected the description of a device');
    const busy = deviceOf({ get_device_info: -1301 });
    await expect(busy.device.poll(never)).rejects.toThrow('found error_code -1301');
  });

  test('may answer any nonsense', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), fc.object(), async (text, info) => {
        const result = { ...INFO, ...info };
        for (const answer of [text, JSON.stringify({ error_code: 0, result })]) {
          const device = createSmartDevice({ exchange: async () => answer }, { clock: createFakeClock() });
          const outcome: unknown = await device.poll(never).catch((error: unknown) => error);
          expect(outcome instanceof DeviceError || 'device' in (outcome as object)).toBe(true);
        }
      }),
    );
  });
});

describe('a light', () => {
  test('tells brightness as a ratio, and no colour temperature while it shows a colour', async () => {
    const info = { ...INFO, type: 'SMART.TAPOBULB', brightness: 40, color_temp: 0 };
    const { device } = await deviceOf({ get_device_info: info }).device.poll(never);
    expect(device.identity.family).toBe('BULB');
    expect(device.measurements).toEqual({ brightnessRatio: 0.4 });
    expect((await measured({ get_device_info: { ...info, color_temp: 2_700 } })).colorTemperatureKelvin).toBe(2_700);
  });

  test('that plays an effect has the brightness of that, and no colour temperature', async () => {
    const lighting_effect = { enable: 1, brightness: 50 };
    const info = { ...INFO, type: 'SMART.TAPOBULB', brightness: 100, color_temp: 9_000, lighting_effect };
    expect(await measured({ get_device_info: info })).toEqual({ brightnessRatio: 0.5 });
    const still = { ...info, lighting_effect: { enable: 0, brightness: 50 } };
    expect(await measured({ get_device_info: still })).toEqual({ brightnessRatio: 1, colorTemperatureKelvin: 9_000 });
  });
});

describe('a strip', () => {
  const outlets = Array.from({ length: 2 }, (_, index) => ({
    device_id: `80AA${index}`,
    category: 'plug.powerstrip.sub-plug',
    device_on: index === 0,
  }));
  const STRIP = {
    component_nego: PARENT,
    get_device_info: INFO,
    get_child_device_component_list: { sum: 1, child_component_list: [{ device_id: '80AA0', ...METERED }] },
  };

  test('is asked for metered outlets alone, and has no power of its own', async () => {
    const list = { sum: 2, child_device_list: outlets };
    const children = { '80AA0': { get_energy_usage: { current_power: 2_000 } } };
    const { device, asked } = deviceOf({ ...STRIP, get_child_device_list: list }, children);
    const snapshot = await device.poll(never);
    expect(snapshot.device.identity.family).toBe('STRIP');
    expect(snapshot.device.measurements.powerWatts).toBeUndefined();
    expect(
      snapshot.children.map(({ identity, measurements }) => [identity.childId, identity.family, measurements]),
    ).toEqual([
      ['80AA0', 'PLUG', { isRelayOn: true, powerWatts: 2 }],
      ['80AA1', 'PLUG', { isRelayOn: false }],
    ]);
    expect(asked.filter((method) => method === 'control_child').length).toBeGreaterThan(0);
    expect(asked.some((method) => method === 'get_child_device_component_list')).toBe(true);
    expect(asked.some((method) => method.startsWith('set_'))).toBe(false);
  });
});

describe('a list of children', () => {
  const HUB = { component_nego: PARENT, get_device_info: { ...INFO, type: 'SMART.TAPOHUB' } };
  const listOf = (ids: readonly string[]) => ids.map((device_id) => ({ device_id, status: 'online' }));

  test('that begins anew at every page ends, with each child once', async () => {
    const get_child_device_list = { sum: 12, child_device_list: listOf(['a', 'b', 'a', '']) };
    const { children } = await deviceOf({ ...HUB, get_child_device_list }).device.poll(never);
    expect(children.map(({ identity }) => identity.childId)).toEqual(['a', 'b']);
  });

  test('longer than that of any device is refused', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `c${index}`);
    const get_child_device_list = { sum: 300, child_device_list: listOf(ids) };
    await expect(deviceOf({ ...HUB, get_child_device_list }).device.poll(never)).rejects.toThrow('at most 256');
  });
});

describe('a child of a hub', () => {
  const HUB = { component_nego: PARENT, get_device_info: { ...INFO, type: 'SMART.TAPOHUB' } };

  async function childOf(fields: object): Promise<Measurements | undefined> {
    const child_device_list = [
      { device_id: 'c1', category: 'subg.trigger.temp-hmdt-sensor', status: 'online', ...fields },
    ];
    const { device, asked } = deviceOf({ ...HUB, get_child_device_list: { sum: 1, child_device_list } });
    const { children } = await device.poll(never);
    expect(asked).not.toContain('control_child');
    return children[0]?.measurements;
  }

  test.each([
    [
      'celsius',
      { current_temp: 21.5, temp_unit: 'celsius', current_humidity: 55 },
      { temperatureCelsius: 21.5, humidityRatio: 0.55 },
    ],
    ['fahrenheit', { current_temp: 50, temp_unit: 'fahrenheit' }, { temperatureCelsius: 10 }],
    ['no sample', { current_temp: -1_000, current_humidity: -1_000, battery_percentage: -1_000, rssi: -1_000 }, {}],
    ['a thermostat', { current_temp: 20, target_temp: 23 }, { temperatureCelsius: 20, targetTemperatureCelsius: 23 }],
    ['batteries', { at_low_battery: false, battery_percentage: 80 }, { isBatteryLow: false, batteryRatio: 0.8 }],
    ['a contact', { open: true }, { isContactOpen: true }],
    ['motion', { detected: false }, { isMotionDetected: false }],
    ['water', { water_leak_status: 'water_leak' }, { isWaterLeaking: true }],
    ['no water', { water_leak_status: 'water_dry' }, { isWaterLeaking: false }],
  ])('tells %s', async (_, fields, measurements) => {
    expect(await childOf(fields)).toEqual({ isOnline: true, ...measurements });
  });

  test('that is offline tells only that', async () => {
    expect(await childOf({ status: 'offline', current_temp: 21 })).toEqual({ isOnline: false });
  });
});
