import { describe, expect, it } from 'vitest';
import { startTplinkDevice } from '../../src/index.ts';
import { askXor, exchangeXor, frame } from './client/xor-client.ts';

interface Sysinfo {
  readonly system: { readonly get_sysinfo: { readonly alias: string; readonly children?: readonly { id: string }[] } };
}

const SYSINFO = '{"system":{"get_sysinfo":{}}}';

describe('an XOR device', () => {
  it('answers system information and meter in one request', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Kühlschrank', moving: false });
    const answer = await askXor<object>(plug, { system: { get_sysinfo: {} }, emeter: { get_realtime: {} } });
    expect(answer).toMatchObject({
      system: { get_sysinfo: { alias: 'Kühlschrank', deviceId: plug.deviceId, err_code: 0 } },
      emeter: { get_realtime: { power_mw: 61_200, total_wh: 16_320 } },
    });
    expect(plug.ledger.requests.map(({ method, batched }) => [method, batched])).toEqual([
      ['system.get_sysinfo', true],
      ['emeter.get_realtime', true],
    ]);
  });

  it('reads requests in single bytes and glued ones, and answers them in their order', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    const bytes = Buffer.concat([frame(SYSINFO), frame('{"emeter":{"get_realtime":{}}}')]);
    const answers = await exchangeXor(
      plug,
      [...bytes].map((byte) => Buffer.from([byte])),
      2,
    );
    expect(answers.map((text) => Object.keys(JSON.parse(text) as object))).toEqual([['system'], ['emeter']]);
    const glued = await exchangeXor(plug, [bytes], 2);
    expect(glued).toHaveLength(2);
    expect(plug.ledger.parallel).toBe(1);
  });

  it('refuses commands that would switch something, and writes them down', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    const answer = await askXor(plug, { system: { set_relay_state: { state: 0 } } });
    expect(answer).toEqual({ system: { set_relay_state: { err_code: -3, err_msg: 'invalid argument' } } });
    expect(plug.ledger.violations.map(({ method }) => method)).toEqual(['system.set_relay_state']);
  });

  it('says which modules and commands it does not have', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    const answer = await askXor(plug, {
      'smartlife.iot.dimmer': { get_dimmer_parameters: {} },
      emeter: { get_nothing: {} },
    });
    expect(answer).toEqual({
      'smartlife.iot.dimmer': { err_code: -1, err_msg: 'module not support' },
      emeter: { get_nothing: { err_code: -2, err_msg: 'member not support' } },
    });
    expect(plug.ledger.requests.map(({ code }) => code)).toEqual([-1, -2]);
  });

  it('lists the days and months that are asked for', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    const days = (month: number) => askXor(plug, { emeter: { get_daystat: { month, year: 2026 } } });
    expect(await days(1)).toMatchObject({ emeter: { get_daystat: { day_list: [{ energy_wh: 240 }] } } });
    expect(await days(2)).toEqual({ emeter: { get_daystat: { day_list: [], err_code: 0 } } });
  });

  it('may answer only the first of several modules', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110', iot: { firstModuleOnly: true } });
    const answer = await askXor<object>(plug, { system: { get_sysinfo: {} }, emeter: { get_realtime: {} } });
    expect(Object.keys(answer)).toEqual(['system']);
  });

  it.each(['not JSON', '[]', '7'])('ends the conversation at %j', async (text) => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    await expect(exchangeXor(plug, [frame(text)])).rejects.toThrow('closed');
    expect(plug.ledger.malformed).toBe(1);
  });

  it('ends the conversation at a frame that announces 4 GB', async () => {
    await using plug = await startTplinkDevice({ model: 'hs110' });
    await expect(exchangeXor(plug, [Buffer.alloc(8, 255)])).rejects.toThrow();
    expect(plug.ledger.malformed).toBe(1);
  });
});

describe('the outlets of an XOR strip', () => {
  const strip = { model: 'hs300', transport: 'xor', moving: false } as const;

  it('have ids behind the id of the strip, and meters of their own', async () => {
    await using device = await startTplinkDevice(strip);
    expect(device.childIds).toEqual([0, 1, 2, 3, 4, 5].map((index) => `${device.deviceId}0${index}`));
    const { system } = await askXor<Sysinfo>(device, { system: { get_sysinfo: {} } });
    expect(system.get_sysinfo.children?.map(({ id }) => id)).toEqual(device.childIds);
    const context = { child_ids: [device.childIds[2]] };
    const answer = await askXor(device, { context, emeter: { get_realtime: {} } });
    expect(answer).toMatchObject({ emeter: { get_realtime: { slot_id: 2, power_mw: 9000 } } });
    expect(device.ledger.requests.at(-1)?.child).toBe(device.childIds[2]);
  });

  it('may be listed by two digits', async () => {
    await using device = await startTplinkDevice({ ...strip, iot: { shortChildIds: true } });
    const { system } = await askXor<Sysinfo>(device, { system: { get_sysinfo: {} } });
    expect(system.get_sysinfo.children?.map(({ id }) => id)).toEqual(['00', '01', '02', '03', '04', '05']);
  });

  it.each([[['nobody']], [[]], [[1]], [['a', 'b']]])('are not found under %j', async (child_ids) => {
    await using device = await startTplinkDevice(strip);
    const answer = await askXor(device, { context: { child_ids }, emeter: { get_realtime: {} } });
    expect(answer).toEqual({ emeter: { err_code: -14, err_msg: 'entry not exist' } });
  });
});
