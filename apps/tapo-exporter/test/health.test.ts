import { createScaledClock } from '@device-exporters/retry/testing';
import { startTplinkDevice } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { addressOf, follow, isDown, isUp } from './following.ts';

test('health is of all devices: healthy, degraded or unhealthy, with what each of them is', async () => {
  await using first = await startTplinkDevice({ model: 'p110' });
  await using second = await startTplinkDevice({ model: 'hs110' });
  await using app = await follow([first, second], {}, { clock: createScaledClock(10) });
  await isUp(app, first);
  await isUp(app, second);
  const view = ({ deviceId, alias, model }: typeof first, host: string, up: boolean) => ({
    ...{ device_id: deviceId, host, alias, model, up },
  });
  expect(await app.health()).toEqual({
    status: 200,
    body: {
      status: 'healthy',
      devices: [view(first, addressOf(first), true), view(second, addressOf(second), true)],
    },
  });
  await first.faults.unplug();
  await isDown(app, first);
  expect(await app.health()).toMatchObject({ status: 200, body: { status: 'degraded' } });
  await second.faults.unplug();
  await isDown(app, second);
  // What they are is still known.
  expect(await app.health()).toEqual({
    status: 503,
    body: {
      status: 'unhealthy',
      devices: [view(first, addressOf(first), false), view(second, addressOf(second), false)],
    },
  });
  expect((await fetch(`${app.url}/-/ready`)).status).toBe(200);
  expect((await fetch(`${app.url}/-/healthy`)).status).toBe(200);
  await first.faults.plugIn();
  await isUp(app, first);
  expect(await app.health()).toMatchObject({ status: 200, body: { status: 'degraded' } });
});

test('a device that was never reached is called by its address as it is listed', async () => {
  await using app = await follow([], { devices: ['127.0.0.1:1', 'xor://127.0.0.1:1'] });
  const page = await app.scrapeUntil('both have failed', (found) => {
    return found.lines('tapo_device_errors_total').filter(({ value }) => value > 0).length === 2;
  });
  expect(page.lines('tapo_device_up').map(({ labels, value }) => [labels['device_id'], value])).toEqual([
    ['127.0.0.1:1', 0],
    ['xor://127.0.0.1:1', 0],
  ]);
  expect(page.lines('tapo_device_info')).toEqual([]);
  expect(page.value('tapo_discovered_devices')).toBe(2);
});
