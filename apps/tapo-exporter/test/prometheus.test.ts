import { startTplinkDevice, TPLINK_MODELS } from '@device-exporters/simulators';
import { describe, expect } from 'vitest';
import { testWith } from '../../../scripts/testing/programs.ts';
import { checkMetrics, SILENT } from '../../../scripts/testing/promtool.ts';
import { failed, follow, isUp } from './following.ts';

const ODD = 'a "b" \\ ü\nc';

describe('promtool has nothing to say', () => {
  testWith('promtool')('about the page of devices of every kind, with odd names', async () => {
    const starting = TPLINK_MODELS.map((model, index) => startTplinkDevice({ model, serial: index + 1, alias: ODD }));
    const devices = await Promise.all(starting);
    await using app = await follow(devices);
    for (const device of devices) await isUp(app, device);
    const page = await app.scrape();
    // What cannot be printed is left out.
    expect(page.lines('tapo_device_info', { alias: ODD.replace('\n', '') })).toHaveLength(devices.length);
    expect(checkMetrics(page.text)).toEqual(SILENT);
    await Promise.all(devices.map((device) => device.stop()));
  });

  testWith('promtool')('about the page of a device that refuses the login, nor of one that is not there', async () => {
    await using device = await startTplinkDevice({ model: 'p110', password: 'other' });
    await using app = await follow([device], { devices: [`http://127.0.0.1:${device.httpPort}`, '127.0.0.1:1'] });
    await failed(app, 'auth');
    expect(checkMetrics((await failed(app, 'refused')).text)).toEqual(SILENT);
  });

  testWith('promtool')('about the page of an exporter without devices', async () => {
    await using app = await follow([]);
    expect(checkMetrics((await app.scrape()).text)).toEqual(SILENT);
  });
});
