import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppUnderTest, type Page, startApp, until } from '@device-exporters/exporter/testing';
import { type Clock, systemClock } from '@device-exporters/retry';
import type { FakeClock } from '@device-exporters/retry/testing';
import type { Clock as DeviceClock, TplinkDevice, TplinkOptions } from '@device-exporters/simulators';
import { type DiscoveryOptions, discover } from '@device-exporters/tplink';
import { onTestFinished } from 'vitest';
import { tapoExporterOn } from '../src/app.ts';
import type { Discover } from '../src/devices.ts';

export const MAIN = new URL('../src/main.ts', import.meta.url);

/** The account of all simulated devices. */
export const ACCOUNT = { TP_LINK_USERNAME: 'user@example.com', TP_LINK_PASSWORD: 'secret' };

/** How a listed device is written. */
export function addressOf({ transport, host, httpPort, xorPort }: TplinkDevice): string {
  return transport === 'xor' ? `xor://${host}:${xorPort}` : `http://${host}:${httpPort}`;
}

/** A configuration that reads these devices ten times a second, without looking for others. */
export function configFor(devices: readonly TplinkDevice[], tapo: object = {}, more: object = {}): object {
  const usual = {
    devices: devices.map(addressOf),
    discovery_options: { perform_discovery: false },
    prometheus_options: { refresh_interval: 0.1 },
  };
  return { ...more, exporters: { tapo: { ...usual, ...tapo } } };
}

/** What an app under test lives on. */
export interface Life {
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly clock?: Clock;
  readonly look?: Discover;
}

/** Starts tapo-exporter with this configuration in the process of the test. */
export function startTapo(config: object, { environment = ACCOUNT, args = [], clock, look }: Life = {}) {
  return startApp(tapoExporterOn(clock ?? systemClock, look), {
    config,
    environment,
    args: ['--log.format=json', '--log.level=debug', ...args],
  });
}

/** Follows listed devices. */
export function follow(devices: readonly TplinkDevice[], tapo: object = {}, life: Life = {}): Promise<AppUnderTest> {
  return startTapo(configFor(devices, tapo), life);
}

/** Resolves with a page on which the device is up. */
export function isUp(app: AppUnderTest, { model, deviceId }: TplinkDevice): Promise<Page> {
  return app.scrapeUntil(`${model} is up`, (page) => page.value('tapo_device_up', { device_id: deviceId }) === 1);
}

/** Resolves with a page on which the device is down. */
export function isDown(app: AppUnderTest, { model, deviceId }: TplinkDevice): Promise<Page> {
  return app.scrapeUntil(`${model} is down`, (page) => page.value('tapo_device_up', { device_id: deviceId }) === 0);
}

/** Every reason. */
export const REASONS = ['auth', 'third_party_disabled', 'timeout', 'refused', 'protocol'];

/** Readings that have failed for this reason, of all devices. */
export function errorsOf(page: Page, reason: string): number {
  return page.lines('tapo_device_errors_total', { reason }).reduce((sum, { value }) => sum + value, 0);
}

/** Resolves with the first page that counts so many failures for this reason. */
export function failed(app: AppUnderTest, reason: string, times = 1): Promise<Page> {
  return app.scrapeUntil(`${times} × ${reason}`, (page) => errorsOf(page, reason) >= times);
}

/** The same time for a simulated device. */
export function deviceClock(clock: Clock): DeviceClock {
  return {
    now: () => clock.now(),
    after(delayMs, task) {
      const timer = clock.after(delayMs, task);
      return () => timer.cancel();
    },
  };
}

/** Waits until an app has nothing to do but wait: so many timers are pending then, one for each device and the like. */
export async function atRest(clock: FakeClock, timers: number): Promise<void> {
  await until(`${timers} timers`, () => clock.pending === timers);
}

/** Lets time pass second by second, and what happens in it with real sockets happen. */
export async function pass(clock: FakeClock, seconds: number, timers: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await atRest(clock, timers);
    await clock.advance(1000);
  }
  await atRest(clock, timers);
}

/** A folder that is gone after the test. */
export function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapo-exporter-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Everybody on loopback. */
const EVERYBODY = '127.255.255.255';

/** Looks around on the discovery ports of this device, which others may share at other addresses. */
export function lookAround(
  { xorPort, discoveryPort }: TplinkDevice,
  options: Partial<Pick<DiscoveryOptions, 'target' | 'hosts' | 'packets'>> = {},
): Discover {
  const ports = { xor: xorPort, klap: [discoveryPort] };
  return (signal) => discover({ target: EVERYBODY, packets: 3, timeoutMs: 150, ...options, ports, signal });
}

/** How another device is to be started that is found on the same ports, at another address. */
export function beside({ httpPort, xorPort, discoveryPort }: TplinkDevice): TplinkOptions {
  return { httpPort, xorPort, discoveryPort };
}

/** A configuration that finds devices. */
export const LOOKING = { devices: [], discovery_options: {}, prometheus_options: { refresh_interval: 1 } };
