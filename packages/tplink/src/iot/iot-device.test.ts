import { createFakeClock } from '@device-exporters/retry/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeviceError, DeviceRefusedError } from '../device-error.ts';
import type { Measurements } from '../reading.ts';
import { createIotDevice } from './iot-device.ts';

const never = new AbortController().signal;
const REFUSED = { err_code: -1, err_msg: 'module not support' };
const PLUG = {
  deviceId: '8006AA',
  alias: 'Kühlschrank',
  model: 'HS110(EU)',
  sw_ver: '1.2.5',
  hw_ver: '1.0',
  mac: '50:c7:bf:00:11:22',
  feature: 'TIM:ENE',
  relay_state: 1,
  on_time: 60,
  rssi: -61,
};

type Modules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A device that answers from such modules, and what it was asked. */
function deviceOf(
  modules: Modules | ((child: string | undefined) => Modules),
  answersAtOnce = Number.POSITIVE_INFINITY,
  breaksOffOn?: string,
) {
  const requests: string[] = [];
  const clock = createFakeClock();
  const transport = {
    async exchange(text: string): Promise<string> {
      requests.push(text);
      if (breaksOffOn !== undefined && text.includes(breaksOffOn)) throw new DeviceRefusedError('connection reset');
      const { context, ...asked } = JSON.parse(text) as Record<string, Record<string, unknown>>;
      const child = (context?.['child_ids'] as string[] | undefined)?.[0];
      const known = typeof modules === 'function' ? modules(child) : modules;
      const answers = Object.entries(asked)
        .slice(0, answersAtOnce)
        .map(([module, commands]) => {
          const own = known[module];
          if (own === undefined || 'err_code' in own) return [module, own ?? REFUSED];
          return [module, Object.fromEntries(Object.keys(commands).map((name) => [name, own[name] ?? REFUSED]))];
        });
      return JSON.stringify(Object.fromEntries(answers));
    },
  };
  return { requests, clock, device: createIotDevice(transport, { clock }) };
}

async function measured(modules: Modules): Promise<Measurements> {
  return (await deviceOf(modules).device.poll(never)).device.measurements;
}

describe('a device of the old kind', () => {
  test('says what it is and how it is', async () => {
    const { device } = deviceOf({ system: { get_sysinfo: { ...PLUG, feature: 'TIM' } } });
    expect(await device.poll(never)).toEqual({
      device: {
        identity: {
          deviceId: '8006AA',
          childId: '',
          alias: 'Kühlschrank',
          model: 'HS110',
          family: 'PLUG',
          firmware: '1.2.5',
          hardware: '1.0',
          mac: '50:C7:BF:00:11:22',
        },
        measurements: { isRelayOn: true, onTimeSeconds: 60, rssiDbm: -61 },
      },
      children: [],
    });
  });

  test.each([
    ['volts, amperes, watts and kWh', { voltage: 230.5, current: 0.25, power: 57.5, total: 2 }, 7_200_000],
    [
      'their thousandths and Wh',
      { voltage_mv: 230_500, current_ma: 250, power_mw: 57_500, total_wh: 2_000 },
      7_200_000,
    ],
  ])('measures in %s', async (_, get_realtime, energyTotalJoules) => {
    expect(await measured({ system: { get_sysinfo: PLUG }, emeter: { get_realtime } })).toMatchObject({
      voltageVolts: 230.5,
      currentAmperes: 0.25,
      powerWatts: 57.5,
      energyTotalJoules,
    });
  });

  test.each([
    ['the module', { err_code: -1 }],
    ['the command', { get_realtime: REFUSED }],
  ])('that refuses %s has no meter, and no zeros for it', async (_, emeter) => {
    const measurements = await measured({ system: { get_sysinfo: PLUG }, emeter });
    expect(Object.keys(measurements).toSorted()).toEqual(['isRelayOn', 'onTimeSeconds', 'rssiDbm']);
  });

  test('tells the energy of its own day and month', async () => {
    const emeter = {
      get_realtime: { power_mw: 1 },
      get_daystat: {
        day_list: [
          { year: 2026, month: 2, day: 27, energy_wh: 5 },
          { year: 2026, month: 2, day: 28, energy_wh: 7 },
        ],
      },
      get_monthstat: { month_list: [{ year: 2026, month: 2, energy: 0.5 }] },
    };
    const time = { get_time: { year: 2026, month: 2, mday: 28 } };
    expect(await measured({ system: { get_sysinfo: PLUG }, emeter, time })).toMatchObject({
      energyTodayJoules: 25_200,
      energyMonthJoules: 1_800_000,
    });
    const tomorrow = { get_time: { year: 2026, month: 3, mday: 1 } };
    const absent = await measured({ system: { get_sysinfo: PLUG }, emeter, time: tomorrow });
    expect('energyTodayJoules' in absent || 'energyMonthJoules' in absent).toBe(false);
  });

  test('is asked for what changes slowly once a minute', async () => {
    const { device, requests, clock } = deviceOf({
      system: { get_sysinfo: PLUG },
      emeter: { get_realtime: { power_mw: 1 } },
      cnCloud: { get_info: { cld_connection: 1 } },
    });
    const clouds = () => requests.filter((request) => request.includes('cnCloud')).length;
    for (let poll = 0; poll < 3; poll++) {
      expect((await device.poll(never)).device.measurements.isCloudConnected).toBe(true);
      await clock.advance(20_000);
    }
    expect(clouds()).toBe(1);
    await device.poll(never);
    expect(clouds()).toBe(2);
  });

  test('with a meter is read in one exchange, and in three once a minute', async () => {
    const { device, requests, clock } = deviceOf({
      system: { get_sysinfo: PLUG },
      emeter: { get_realtime: { power_mw: 1 }, get_daystat: { day_list: [] }, get_monthstat: { month_list: [] } },
      time: { get_time: { year: 2026, month: 2, mday: 28 } },
    });
    const counts: number[] = [];
    for (const waitMs of [0, 20_000, 20_000, 20_000]) {
      await clock.advance(waitMs);
      requests.length = 0;
      await device.poll(never);
      counts.push(requests.length);
    }
    expect(counts).toEqual([4, 1, 1, 3]);
  });

  test.each(['get_daystat', 'cnCloud'])('that breaks off on %s is read without', async (question) => {
    const modules = {
      system: { get_sysinfo: PLUG },
      emeter: { get_realtime: { power_mw: 1_000 } },
      time: { get_time: { year: 2026, month: 2, mday: 28 } },
    };
    const { device, requests } = deviceOf(modules, Number.POSITIVE_INFINITY, question);
    for (let poll = 0; poll < 3; poll++) expect((await device.poll(never)).device.measurements.powerWatts).toBe(1);
    expect(requests.filter((request) => request.includes(question))).toHaveLength(1);
  });

  test('at whose address another one answers is not mistaken for it', async () => {
    const modules = { system: { get_sysinfo: { ...PLUG } }, emeter: { get_realtime: { power_mw: 1_000 } } };
    const { device } = deviceOf(modules);
    await device.poll(never);
    Object.assign(modules.system.get_sysinfo, { deviceId: 'other', feature: 'TIM' });
    const { identity, measurements } = (await device.poll(never)).device;
    expect([identity.deviceId, measurements.powerWatts]).toEqual(['other', undefined]);
  });

  test('with a word for an error code has refused', async () => {
    const modules = { system: { get_sysinfo: PLUG }, emeter: { get_realtime: { power_mw: 1, err_code: 'fatal' } } };
    expect((await measured(modules)).powerWatts).toBeUndefined();
  });

  test('whose first MAC address is none is known by its second', async () => {
    const get_sysinfo = { ...PLUG, mac: '', mic_mac: '1C3BF3000000' };
    for (const mac of ['', 'unknown']) {
      const { identity } = (await deviceOf({ system: { get_sysinfo: { ...get_sysinfo, mac } } }).device.poll(never))
        .device;
      expect(identity.mac).toBe('1C:3B:F3:00:00:00');
    }
  });

  test('that answers a part of a question is asked for the rest', async () => {
    const { device } = deviceOf(
      {
        system: { get_sysinfo: PLUG },
        emeter: {
          get_realtime: { power_mw: 1 },
          get_monthstat: { month_list: [{ year: 2026, month: 2, energy_wh: 3 }] },
        },
        time: { get_time: { year: 2026, month: 2, mday: 28 } },
      },
      1,
    );
    expect((await device.poll(never)).device.measurements.energyMonthJoules).toBe(10_800);
  });

  test('without a description is none', async () => {
    await expect(deviceOf({}).device.poll(never)).rejects.toThrow('expected the description of a device');
    await expect(deviceOf({ system: { get_sysinfo: {} } }).device.poll(never)).rejects.toThrow('expected a deviceId');
  });

  test('may answer any nonsense', async () => {
    const exchange = fc.oneof(fc.json(), fc.string());
    await fc.assert(
      fc.asyncProperty(exchange, fc.object(), async (text, sysinfo) => {
        for (const answer of [text, JSON.stringify({ system: { get_sysinfo: { deviceId: 'a', ...sysinfo } } })]) {
          const device = createIotDevice({ exchange: async () => answer }, { clock: createFakeClock() });
          const outcome: unknown = await device.poll(never).catch((error: unknown) => error);
          expect(outcome instanceof DeviceError || 'device' in (outcome as object)).toBe(true);
        }
      }),
    );
  });
});

describe('a light', () => {
  const BULB = { deviceId: 'b', mic_type: 'IOT.SMARTBULB', model: 'KL130(EU)', mic_mac: '1C3BF3000000' };

  test('that is on says how it shines', async () => {
    const light_state = { on_off: 1, brightness: 40, color_temp: 2_700 };
    const { device } = deviceOf({ system: { get_sysinfo: { ...BULB, light_state } } });
    const { identity, measurements } = (await device.poll(never)).device;
    expect([identity.family, identity.mac]).toEqual(['BULB', '1C:3B:F3:00:00:00']);
    expect(measurements).toEqual({ isRelayOn: true, brightnessRatio: 0.4, colorTemperatureKelvin: 2_700 });
  });

  test('that is off says how it will shine', async () => {
    const light_state = { on_off: 0, dft_on_state: { brightness: 25, color_temp: 0 } };
    expect(await measured({ system: { get_sysinfo: { ...BULB, light_state } } })).toEqual({
      isRelayOn: false,
      brightnessRatio: 0.25,
    });
  });

  test('measures by a module of its own name, power alone', async () => {
    const emeter = { get_realtime: { power_mw: 10_800, err_code: 0 } };
    const modules = { system: { get_sysinfo: BULB }, 'smartlife.iot.common.emeter': emeter };
    expect(await measured(modules)).toEqual({ powerWatts: 10.8 });
  });
});

describe('a strip', () => {
  const outlets = [
    { id: '00', alias: 'Lamp', state: 1, on_time: 5 },
    { id: '8006AA01', alias: 'Fan', state: 0, on_time: 0 },
  ];
  const { relay_state: _, ...without } = PLUG;
  const STRIP = { ...without, model: 'HS300(US)', children: outlets };

  test('is asked outlet by outlet, and has no power of its own', async () => {
    const { device, requests } = deviceOf((child) => ({
      system: { get_sysinfo: STRIP },
      emeter: { get_realtime: { power_mw: child === '8006AA00' ? 1_000 : 2_000 } },
    }));
    const { device: strip, children } = await device.poll(never);
    expect(strip.identity.family).toBe('STRIP');
    expect(strip.measurements.powerWatts).toBeUndefined();
    expect(children.map(({ identity, measurements }) => [identity.childId, identity.alias, measurements])).toEqual([
      ['8006AA00', 'Lamp', { isRelayOn: true, onTimeSeconds: 5, powerWatts: 1 }],
      ['8006AA01', 'Fan', { isRelayOn: false, onTimeSeconds: 0, powerWatts: 2 }],
    ]);
    expect(requests.every((request) => !/"set_|relay_state/.test(request))).toBe(true);
  });

  test('has a full id for every outlet, and each once', async () => {
    const children = [{ id: '0' }, {}, { id: '02' }, { id: '8006AA02' }];
    const { device } = deviceOf({ system: { get_sysinfo: { ...STRIP, feature: 'TIM', children } } });
    const { children: read } = await device.poll(never);
    expect(read.map(({ identity }) => identity.childId)).toEqual(['8006AA00', '8006AA01', '8006AA02']);
  });

  test('with more outlets than any strip has is refused', async () => {
    const children = Array.from({ length: 100 }, (_, index) => ({ id: String(index) }));
    const { device } = deviceOf({ system: { get_sysinfo: { ...STRIP, children } } });
    await expect(device.poll(never)).rejects.toThrow('at most 32 outlets');
  });

  test('tells no time for an outlet that is off, whatever it counts', async () => {
    const children = [
      { id: '00', state: 0, on_time: 79_700 },
      { id: '01', state: 0 },
    ];
    const { device } = deviceOf({ system: { get_sysinfo: { ...STRIP, feature: 'TIM', children } } });
    const { children: read } = await device.poll(never);
    expect(read.map(({ measurements }) => measurements.onTimeSeconds)).toEqual([0, undefined]);
  });

  test('without meters is not asked for any', async () => {
    const { device, requests } = deviceOf({ system: { get_sysinfo: { ...STRIP, feature: 'TIM' } } });
    await device.poll(never);
    expect(requests.some((request) => request.includes('emeter'))).toBe(false);
  });
});
