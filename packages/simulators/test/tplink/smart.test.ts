import { describe, expect, it } from 'vitest';
import { startTplinkDevice, type TplinkDevice } from '../../src/index.ts';
import { KlapClient } from './client/klap-client.ts';

interface Reply<T = Record<string, unknown>> {
  readonly error_code: number;
  readonly result: T;
}

async function ask<T>(device: TplinkDevice, method: string, params?: object): Promise<Reply<T>> {
  using client = await new KlapClient(device).login(device.user, device.password);
  return await client.ask<Reply<T>>(params === undefined ? { method } : { method, params });
}

type Batch = { readonly responses: readonly { readonly method: string; readonly error_code: number }[] };

function batch(...methods: string[]): object {
  return { requests: methods.map((method) => ({ method })) };
}

describe('a batch', () => {
  it('is answered member by member', async () => {
    await using plug = await startTplinkDevice();
    const { result } = await ask<Batch>(
      plug,
      'multipleRequest',
      batch('get_device_info', 'get_nothing', 'get_energy_usage'),
    );
    expect(result.responses.map(({ method, error_code }) => [method, error_code])).toEqual([
      ['get_device_info', 0],
      ['get_nothing', -1002],
      ['get_energy_usage', 0],
    ]);
    expect(plug.ledger.exchanges).toBe(1);
    expect(plug.ledger.requests.every(({ batched }) => batched)).toBe(true);
    expect(plug.ledger.count('get_energy_usage')).toBe(1);
  });

  it('may stop after a member that fails', async () => {
    await using plug = await startTplinkDevice({ smart: { batches: 'stop-on-error' } });
    const { result } = await ask<Batch>(
      plug,
      'multipleRequest',
      batch('get_device_info', 'get_nothing', 'get_energy_usage'),
    );
    expect(result.responses.map(({ method }) => method)).toEqual(['get_device_info', 'get_nothing']);
  });

  it.each([
    [batch('a', 'b', 'c', 'd', 'e', 'f'), -1006],
    [{}, -1008],
    [{ requests: 'all' }, -1008],
  ])('is refused when it is %j', async (params, code) => {
    await using plug = await startTplinkDevice();
    expect(await ask(plug, 'multipleRequest', params)).toEqual({ error_code: code });
  });

  it('holds no batch, and says so for members that are none', async () => {
    await using plug = await startTplinkDevice();
    const params = { requests: [{ method: 'multipleRequest', params: batch('get_device_info') }, 7] };
    const { result } = await ask<Batch>(plug, 'multipleRequest', params);
    expect(result.responses.map(({ error_code }) => error_code)).toEqual([-1002, -1008]);
  });
});

describe('what would change the device', () => {
  it.each(['set_device_info', 'set_qs_info', 'device_reset', 'play_alarm'])(
    'is refused and written down: %s',
    async (method) => {
      await using plug = await startTplinkDevice();
      expect(await ask(plug, method, { device_on: false })).toEqual({ error_code: -1301 });
      expect(plug.ledger.violations.map((request) => request.method)).toEqual([method]);
    },
  );

  it('is found in batches and in what is meant for children', async () => {
    await using strip = await startTplinkDevice({ model: 'p304m' });
    const requests = [{ method: 'set_device_info', params: {} }, { method: 'get_device_info' }];
    await ask(strip, 'control_child', {
      ...{ device_id: strip.childIds[1], requestData: { method: 'multipleRequest', params: { requests } } },
    });
    expect(strip.ledger.violations).toMatchObject([
      { method: 'set_device_info', child: strip.childIds[1], batched: true },
    ]);
  });
});

describe('a strip', () => {
  it('lists its outlets page by page', async () => {
    await using strip = await startTplinkDevice({ model: 'p304m', smart: { pageSize: 3 } });
    type List = {
      readonly sum: number;
      readonly start_index: number;
      readonly child_device_list: readonly { device_id: string }[];
    };
    const page = (params?: object) => ask<List>(strip, 'get_child_device_list', params);
    const [first, second, third] = [await page(), await page({ start_index: 3 }), await page({ start_index: 9 })];
    expect([first.result.sum, second.result.start_index]).toEqual([4, 3]);
    expect(
      [...first.result.child_device_list, ...second.result.child_device_list].map(({ device_id }) => device_id),
    ).toEqual(strip.childIds);
    expect(third.result.child_device_list).toEqual([]);
    expect(await page({ start_index: -1 })).toEqual({ error_code: -1008 });
    expect(await page({ start_index: 'one' })).toEqual({ error_code: -1008 });
  });

  it('hands requests on to an outlet, batches too', async () => {
    await using strip = await startTplinkDevice({ model: 'p304m', moving: false });
    const [, second] = strip.childIds;
    const single = await ask(strip, 'control_child', {
      device_id: second,
      requestData: { method: 'get_energy_usage' },
    });
    expect(single.result).toMatchObject({ responseData: { error_code: 0, result: { current_power: 75_000 } } });
    const many = { method: 'multipleRequest', params: batch('get_device_info', 'get_current_power') };
    const both = await ask(strip, 'control_child', { device_id: second, requestData: many });
    expect(both.result).toMatchObject({
      responseData: { result: { responses: [{ result: { position: 2 } }, { result: { current_power: 75 } }] } },
    });
    expect(strip.ledger.requests.every(({ child }) => child === second)).toBe(true);
  });

  it('does not measure itself, and has no child of a child', async () => {
    await using strip = await startTplinkDevice({ model: 'p304m' });
    expect(await ask(strip, 'get_energy_usage')).toEqual({ error_code: -1002 });
    const [child] = strip.childIds;
    const nested = {
      method: 'control_child',
      params: { device_id: child, requestData: { method: 'get_device_info' } },
    };
    const answer = await ask(strip, 'control_child', { device_id: child, requestData: nested });
    expect(answer.result).toEqual({ responseData: { error_code: -1002 } });
  });

  it.each([{}, { device_id: 'nobody', requestData: {} }, { device_id: 7 }])(
    'does not find a child under %j',
    async (params) => {
      await using strip = await startTplinkDevice({ model: 'p304m' });
      expect(await ask(strip, 'control_child', params)).toEqual({ error_code: -1008 });
    },
  );
});

describe('a hub', () => {
  it('tells the readings of its children in its list', async () => {
    await using hub = await startTplinkDevice({ model: 'h100', alias: 'Hub', moving: false });
    type Entry = Record<string, unknown>;
    const { result } = await ask<{ readonly child_device_list: readonly Entry[] }>(hub, 'get_child_device_list');
    expect(result.child_device_list.map(({ model }) => model)).toEqual(['T315', 'T110', 'T100', 'T300', 'KE100']);
    expect(result.child_device_list.map(({ device_id }) => device_id)).toEqual(hub.childIds);
    expect(result.child_device_list[0]).toMatchObject({
      ...{ current_temp: 21.4, current_humidity: 52, parent_device_id: hub.deviceId },
      nickname: Buffer.from('Hub T315 1').toString('base64'),
    });
    expect(new Set(result.child_device_list.map(({ mac }) => mac)).size).toBe(5);
    const components = await ask<{ readonly child_component_list: readonly Entry[] }>(
      hub,
      'get_child_device_component_list',
    );
    expect(components.result.child_component_list.map(({ device_id }) => device_id)).toEqual(hub.childIds);
  });

  it('shows pinned readings of a child in both places, and does not reach one that is offline', async () => {
    await using hub = await startTplinkDevice({ model: 'h100' });
    const [id] = hub.childIds;
    hub.patch('get_device_info', { current_temp: -7.5, current_humidity: undefined }, id);
    const list = await ask<{ readonly child_device_list: readonly object[] }>(hub, 'get_child_device_list');
    expect(list.result.child_device_list[0]).toMatchObject({ current_temp: -7.5 });
    expect(list.result.child_device_list[0]).not.toHaveProperty('current_humidity');
    const request = { device_id: id, requestData: { method: 'get_device_info' } };
    expect(await ask(hub, 'control_child', request)).toMatchObject({
      result: { responseData: { result: { current_temp: -7.5 } } },
    });
    hub.setValue('get_device_info.status', 'offline', 0);
    expect(await ask(hub, 'control_child', request)).toEqual({ error_code: -1301 });
    expect(() => hub.setValue('get_device_info.status', 'offline', 5)).toThrow('one of 5 children, found 5');
    expect(() => hub.setValue('get_device_info.status', 'offline', 'nobody')).toThrow('found nobody');
  });
});

describe('pinned replies', () => {
  it('replace what was captured: values, whole replies, error codes', async () => {
    await using plug = await startTplinkDevice();
    plug.setValue('get_energy_usage.current_power', 1234);
    expect(await ask(plug, 'get_energy_usage')).toMatchObject({ result: { current_power: 1234 } });
    plug.setReply('get_energy_usage', { current_power: 5 });
    expect(await ask(plug, 'get_energy_usage')).toEqual({ result: { current_power: 5 }, error_code: 0 });
    plug.setReply('get_energy_usage', -1301);
    expect(await ask(plug, 'get_energy_usage')).toEqual({ error_code: -1301 });
    plug.setReply('get_emeter_data', { power_mw: 7 });
    expect(await ask(plug, 'get_emeter_data')).toMatchObject({ result: { power_mw: 7 } });
  });

  it.each([undefined, {}])('refuse parameters that are none: %j', async (params) => {
    await using plug = await startTplinkDevice();
    using client = await new KlapClient(plug).login(plug.user, plug.password);
    expect(await client.ask({ method: 'get_device_info', params })).toMatchObject({ error_code: 0 });
    expect(await client.ask({ method: 'get_device_info', params: [] })).toEqual({ error_code: -1008 });
  });
});
