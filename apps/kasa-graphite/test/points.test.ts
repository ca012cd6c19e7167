import { systemClock } from '@device-exporters/retry';
import { createScaledClock } from '@device-exporters/retry/testing';
import { startCarbonSink, startTplinkDevice } from '@device-exporters/simulators';
import { discover } from '@device-exporters/tplink';
import { describe, expect, test } from 'vitest';
import type { Discover } from '../src/plugs.ts';
import { configFor, startBridge } from './bridging.ts';

describe('the points of a device', () => {
  test('have the paths and units of Graphite, and those of a plug that measures are all there', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await startTplinkDevice({ model: 'hs110', moving: false, alias: 'Büro Lampe' });
    plug.setValue('emeter.get_realtime', { power: 42.5, voltage: 230.1, current: 0.2, total: 1.25, err_code: 0 });
    await using _ = await startBridge(configFor([plug], carbon, { graphite: { prefix: 'my.home' } }));
    await carbon.ledger.until(({ points }) => points.some(({ path }) => path.endsWith('rssi_dbm')));
    const values = Object.fromEntries(carbon.ledger.points.map(({ path, value }) => [path, value]));
    expect(values).toMatchObject({
      'my.home.kasa.buro_lampe.power_watts': 42.5,
      'my.home.kasa.buro_lampe.voltage_volts': 230.1,
      'my.home.kasa.buro_lampe.current_amps': 0.2,
      'my.home.kasa.buro_lampe.is_on': 1,
      'my.home.kasa.buro_lampe.energy_wh_total': 1_250,
    });
    const nowSeconds = Date.now() / 1000;
    for (const { timestampSeconds } of carbon.ledger.points) expect(nowSeconds - timestampSeconds).toBeLessThan(60);
    expect(carbon.ledger.invalid).toEqual([]);
  });

  test('are of multiples of the interval, all of one reading at one time', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Lamp' });
    const kasa = { poll_interval_seconds: 10 };
    await using _ = await startBridge(configFor([plug], carbon, { kasa }), createScaledClock(20));
    const times = () => [...new Set(carbon.ledger.points.map(({ timestampSeconds }) => timestampSeconds))];
    await carbon.ledger.until(() => times().length >= 4);
    // The first is of the start.
    const [, ...later] = times().toSorted((a, b) => a - b);
    expect(later.map((seconds) => seconds % 10)).toEqual(later.map(() => 0));
  });

  test('begin with the discovery of the device, and go on where it moves', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await startTplinkDevice({ model: 'hs110', alias: 'Lamp' });
    const look: Discover = (signal) => {
      const ports = { xor: plug.xorPort, klap: [] };
      return discover({ target: plug.host, packets: 1, timeoutMs: 100, ports, signal });
    };
    const kasa = { devices: [], discovery: true, rediscovery_interval_seconds: 1 };
    await using app = await startBridge(configFor([plug], carbon, { kasa }), systemClock, look);
    await carbon.ledger.until(({ points }) => points.length > 0);
    await plug.faults.moveTo('127.0.0.79');
    await app.logged('device moved');
    await app.scrapeUntil(
      'it is read again',
      (page) => page.value('kasa_graphite_device_up', { device: 'lamp' }) === 1,
    );
    expect((await app.scrape()).value('kasa_graphite_devices')).toBe(1);
  });

  test('leave out what it does not report', async () => {
    await using carbon = await startCarbonSink();
    await using plug = await startTplinkDevice({ model: 'p100', alias: 'Hall' });
    await using _ = await startBridge(configFor([plug], carbon));
    await carbon.ledger.until(({ points }) => points.length >= 2);
    const leaves = new Set(carbon.ledger.points.map(({ path }) => path.split('.').at(-1)));
    expect(leaves.has('is_on')).toBe(true);
    expect(leaves.has('power_watts')).toBe(false);
  });

  test('are those of each outlet where it is a strip', async () => {
    await using carbon = await startCarbonSink();
    await using strip = await startTplinkDevice({ model: 'hs300', alias: 'Work shop' });
    await using app = await startBridge(configFor([strip], carbon));
    await carbon.ledger.until(({ points }) => points.filter(({ path }) => path.endsWith('power_watts')).length >= 6);
    const outlets = new Set(
      carbon.ledger.points.flatMap(({ path }) => /kasa\.(work_shop_\w+)\.power_watts$/.exec(path)?.[1] ?? []),
    );
    expect(outlets.size).toBe(6);
    const page = await app.scrape();
    for (const device of outlets) expect(page.value('kasa_graphite_device_up', { device })).toBe(1);
  });

  test('have the name of the strip in front, whatever that has come to be', async () => {
    await using carbon = await startCarbonSink();
    await using first = await startTplinkDevice({ model: 'hs300', alias: 'Strip', serial: 1 });
    await using second = await startTplinkDevice({ model: 'hs300', alias: 'strip', serial: 2 });
    await using third = await startTplinkDevice({ model: 'hs300', alias: '日本', serial: 3 });
    await using _ = await startBridge(configFor([first, second, third], carbon));
    const devices = () =>
      new Set(carbon.ledger.points.flatMap(({ path }) => /kasa\.(\w+)\.is_on$/.exec(path)?.[1] ?? []));
    await carbon.ledger.until(() => devices().size >= 18);
    const [, higher] = [first.deviceId, second.deviceId].toSorted();
    const starts = ['strip_', `strip_${higher?.slice(-4).toLowerCase()}_`, `${third.deviceId.toLowerCase()}_`];
    const counts = starts.map((start) => [...devices()].filter((name) => name.startsWith(start)).length);
    expect(counts).toEqual([12, 6, 6]);
  });

  test('go by two names where two devices have one', async () => {
    await using carbon = await startCarbonSink();
    await using first = await startTplinkDevice({ model: 'hs110', alias: 'Lamp', serial: 1 });
    await using second = await startTplinkDevice({ model: 'hs110', alias: 'lamp', serial: 2 });
    await using app = await startBridge(configFor([first, second], carbon));
    const page = await app.scrapeUntil(
      'both are up',
      (one) => one.lines('kasa_graphite_device_up').filter(({ value }) => value === 1).length === 2,
    );
    const names = page.lines('kasa_graphite_device_up').map(({ labels }) => labels['device']);
    const [, higher] = [first.deviceId, second.deviceId].toSorted();
    expect(names.toSorted()).toEqual(['lamp', `lamp_${higher?.slice(-4).toLowerCase()}`]);
  });
});

describe('a device that fails', () => {
  test('gives no points, is named in the log, and keeps nobody else from giving theirs', async () => {
    await using carbon = await startCarbonSink();
    await using good = await startTplinkDevice({ model: 'hs110', alias: 'Good', serial: 1 });
    await using bad = await startTplinkDevice({ model: 'hs110', alias: 'Bad', serial: 2 });
    await using app = await startBridge(configFor([good, bad], carbon));
    await carbon.ledger.until(({ points }) =>
      ['good', 'bad'].every((name) => points.some(({ path }) => path.includes(`.${name}.`))),
    );
    await bad.faults.unplug();
    const page = await app.scrapeUntil(
      'it is down',
      (one) => one.value('kasa_graphite_device_up', { device: 'bad' }) === 0,
    );
    expect(page.value('kasa_graphite_device_errors_total', { device: 'bad', reason: 'refused' })).toBeGreaterThan(0);
    const record = await app.logged('device cannot be read');
    expect(record).toMatchObject({
      device: 'bad',
      reason: 'refused',
      address: expect.stringContaining(bad.host) as string,
    });
    const [goodBefore, badBefore] = ['good', 'bad'].map(
      (name) => carbon.ledger.points.filter(({ path }) => path.includes(`.${name}.`)).length,
    );
    await carbon.ledger.until(
      ({ points }) => points.filter(({ path }) => path.includes('.good.')).length > (goodBefore ?? 0) + 10,
    );
    expect(carbon.ledger.points.filter(({ path }) => path.includes('.bad.'))).toHaveLength(badBefore ?? -1);
    expect((await app.health()).body['status']).toBe('degraded');
    await bad.faults.plugIn();
    await app.scrapeUntil('it is back', (one) => one.value('kasa_graphite_device_up', { device: 'bad' }) === 1);
  });
});

test('a device that refuses the account is not asked again with every reload, until the account is another one', async () => {
  await using carbon = await startCarbonSink();
  await using device = await startTplinkDevice({ model: 'p110', alias: 'Lamp' });
  await using other = await startTplinkDevice({ model: 'hs110', alias: 'Other' });
  const wrong = (timeout_seconds: number): object =>
    configFor([device, other], carbon, { kasa: { password: 'wrong', timeout_seconds } });
  await using app = await startBridge(wrong(5));
  await app.scrapeUntil('it refuses', (page) =>
    page.lines('kasa_graphite_device_errors_total', { reason: 'auth' }).some(({ value }) => value === 1),
  );
  const before = device.ledger.handshakes.length;
  for (const seconds of [5, 4, 3]) {
    const { length } = carbon.ledger.points;
    await app.reload(wrong(seconds));
    await carbon.ledger.until(({ points }) => points.length > length);
  }
  await app.reload(configFor([device, other], carbon));
  await app.scrapeUntil('it is read', (page) => page.value('kasa_graphite_device_up', { device: 'lamp' }) === 1);
  const handshakes = device.ledger.handshakes.slice(before).filter(({ step }) => step === 'handshake1');
  expect(handshakes).toHaveLength(1);
});

test('a device that is down keeps its name when the configuration is read again', async () => {
  await using carbon = await startCarbonSink();
  await using device = await startTplinkDevice({ model: 'hs110', alias: 'Lamp' });
  const config = configFor([device], carbon);
  await using app = await startBridge(config);
  const isUp = (up: 0 | 1) =>
    app.scrapeUntil(`it is ${up}`, (page) => page.value('kasa_graphite_device_up', { device: 'lamp' }) === up);
  await isUp(1);
  await device[Symbol.asyncDispose]();
  await isUp(0);
  await app.reload({ ...config, log_level: 'debug' });
  const page = await isUp(0);
  expect(page.lines('kasa_graphite_device_up')).toHaveLength(1);
});
