import { describe, expect, it } from 'vitest';
import { ManualClock, startTplinkDevice, type TplinkDevice, type TplinkOptions } from '../../src/index.ts';
import { KlapClient } from './client/klap-client.ts';
import { askXor } from './client/xor-client.ts';

type Fields = Record<string, number>;

/** Noon of a day in January, in Berlin. */
const NOON = Date.UTC(2026, 0, 20, 11);

async function started(options: TplinkOptions) {
  const clock = new ManualClock(NOON);
  const device = await startTplinkDevice({ ...options, clock, session: { lifetimeSeconds: 1e9, single: false } });
  return { clock, device };
}

async function read(device: TplinkDevice, method: string): Promise<Fields> {
  using client = await new KlapClient(device).login(device.user, device.password);
  return (await client.ask<{ readonly result: Fields }>({ method })).result;
}

async function meter(device: TplinkDevice): Promise<Fields> {
  const answer = await askXor<{ readonly emeter: { readonly get_realtime: Fields } }>(device, {
    emeter: { get_realtime: {} },
  });
  return answer.emeter.get_realtime;
}

describe('a plug that lives', () => {
  it('begins as it was captured and swings about its power', async () => {
    const { clock, device } = await started({ model: 'p110' });
    await using plug = device;
    expect((await read(plug, 'get_energy_usage'))['current_power']).toBe(42_500);
    clock.advance(75_000);
    expect((await read(plug, 'get_energy_usage'))['current_power']).toBe(51_000);
    expect((await read(plug, 'get_current_power'))['current_power']).toBe(52);
    clock.advance(225_000);
    expect((await read(plug, 'get_energy_usage'))['current_power']).toBe(42_500);
  });

  it('counts the energy of its power, runtime and seconds since it was switched on', async () => {
    const { clock, device } = await started({ model: 'p110' });
    await using plug = device;
    const before = await read(plug, 'get_energy_usage');
    clock.advance(10 * 3_600_000);
    const after = await read(plug, 'get_energy_usage');
    expect(after['today_energy']).toBe(before['today_energy']! + 425);
    expect(after['month_energy']).toBe(before['month_energy']! + 425);
    expect(after['today_runtime']).toBe(before['today_runtime']! + 600);
    expect(after['local_time']).toBe('2026-01-20 22:00:00');
    expect((await read(plug, 'get_device_info'))['on_time']).toBe(86_400 + 36_000);
    expect((await read(plug, 'get_device_time'))['timestamp']).toBe(NOON / 1000 + 36_000);
  });

  it('begins anew at its own midnight, and on the first of the month', async () => {
    const { clock, device } = await started({ model: 'p110' });
    await using plug = device;
    const before = await read(plug, 'get_energy_usage');
    clock.advance(13 * 3_600_000);
    const nextDay = await read(plug, 'get_energy_usage');
    expect([nextDay['today_energy'], nextDay['today_runtime']]).toEqual([42, 60]);
    expect(nextDay['month_energy']).toBe(before['month_energy']! + 552);
    clock.advance(11 * 86_400_000);
    expect((await read(plug, 'get_energy_usage'))['month_energy']).toBe(42);
  });

  it('stands still where it is pinned, and as a whole where it is told to', async () => {
    const { clock, device } = await started({ model: 'p110' });
    await using plug = device;
    plug.setValue('get_energy_usage.current_power', 1000);
    clock.advance(75_000);
    expect((await read(plug, 'get_energy_usage'))['current_power']).toBe(1000);
    const still = await started({ model: 'p110', moving: false });
    await using other = still.device;
    still.clock.advance(75_000);
    expect((await read(other, 'get_energy_usage'))['current_power']).toBe(42_500);
  });

  it('uses nothing while it is off', async () => {
    const { clock, device } = await started({ model: 'p304m' });
    await using strip = device;
    const [, , third] = strip.childIds;
    clock.advance(3_600_000);
    using client = await new KlapClient(strip).login(strip.user, strip.password);
    const params = { device_id: third, requestData: { method: 'get_energy_usage' } };
    expect(await client.ask({ method: 'control_child', params })).toMatchObject({
      result: { responseData: { result: { current_power: 0, today_energy: 28, today_runtime: 480 } } },
    });
  });

  it('counts up the newer meter', async () => {
    const { clock, device } = await started({ model: 'tpap', transport: 'klap2' });
    await using plug = device;
    clock.advance(3_600_000);
    expect(await read(plug, 'get_emeter_data')).toMatchObject({
      power_mw: 118_000,
      energy_wh: 1408,
      voltage_mv: 230_400,
    });
  });
});

describe('a Kasa plug that lives', () => {
  it('counts up in either generation of units', async () => {
    const { clock, device } = await started({ model: 'hs110' });
    await using plug = device;
    const old = { voltage: 231.067823, current: 0.014937, power: 0.928511, total: 55.139, err_code: 0 };
    const capture = { system: { get_sysinfo: { model: 'HS110(EU)' } }, emeter: { get_realtime: old } };
    const other = await started({ capture, moving: true });
    await using elder = other.device;
    expect(await meter(elder)).toEqual(old);
    clock.advance(3_600_000);
    other.clock.advance(100 * 3_600_000);
    expect(await meter(plug)).toMatchObject({ power_mw: 61_200, total_wh: 16_381 });
    expect((await meter(elder))['total']).toBeCloseTo(55.231, 3);
    const time = await askXor(plug, { time: { get_time: {} } });
    expect(time).toMatchObject({ time: { get_time: { year: 2026, month: 1, mday: 20, hour: 12, min: 0, sec: 0 } } });
  });
});

describe('a hub that lives', () => {
  it('has sensors that change, but for those that are not heard', async () => {
    const { clock, device } = await started({ model: 'h100' });
    await using hub = device;
    type List = { readonly child_device_list: readonly Record<string, unknown>[] };
    const list = async () => ((await read(hub, 'get_child_device_list')) as unknown as List).child_device_list;
    clock.advance(480_000);
    const after = await list();
    expect(after.map(({ current_temp, open, detected }) => current_temp ?? open ?? detected)).toEqual([
      22.1,
      true,
      false,
      undefined,
      21.3,
    ]);
    clock.advance(100_000);
    expect((await list())[2]).toMatchObject({ detected: true });
    const { child_device_list: children } = (await read(hub, 'get_child_device_list')) as unknown as List;
    const capture = {
      get_device_info: { model: 'H100' },
      get_child_device_list: { child_device_list: [{ ...children[0], status: 'offline', current_temp: 20 }] },
    };
    const other = await started({ capture, moving: true });
    await using deaf = other.device;
    other.clock.advance(480_000);
    const { child_device_list: unheard } = (await read(deaf, 'get_child_device_list')) as unknown as List;
    expect(unheard).toMatchObject([{ status: 'offline', current_temp: 20 }]);
  });
});
