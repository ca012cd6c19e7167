import { type AppUnderTest, startApp } from '@device-exporters/exporter/testing';
import { type Clock, systemClock } from '@device-exporters/retry';
import type { TplinkDevice } from '@device-exporters/simulators';
import { tapoExporterOn } from '../src/app.ts';
import type { Discover } from '../src/devices.ts';

/** The account of simulated devices. */
export const ACCOUNT = { TP_LINK_USERNAME: 'user@example.com', TP_LINK_PASSWORD: 'secret' };

/** How a listed device is written. */
export function addressOf({ transport, host, httpPort, xorPort }: TplinkDevice): string {
  return transport === 'xor' ? `xor://${host}:${xorPort}` : `http://${host}:${httpPort}`;
}

/** A configuration that reads these devices ten times a second and looks for no others. */
export function configFor(devices: readonly TplinkDevice[], tapo: object = {}, more: object = {}): object {
  return {
    ...more,
    exporters: {
      tapo: {
        devices: devices.map(addressOf),
        discovery_options: { perform_discovery: false },
        prometheus_options: { refresh_interval: 0.1 },
        ...tapo,
      },
    },
  };
}

/** What an exporter is started with, besides devices. */
export interface Following {
  /** Settings under `exporters.tapo`. */
  readonly tapo?: object;
  /** Settings beside `exporters`. */
  readonly more?: object;
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly look?: Discover;
  readonly args?: readonly string[];
}

/** Starts the exporter in the process of the test. */
export function follow(devices: readonly TplinkDevice[], options: Following = {}): Promise<AppUnderTest> {
  const { tapo, more, environment = ACCOUNT, clock = systemClock, look, args = [] } = options;
  return startApp(tapoExporterOn(clock, look), {
    config: configFor(devices, tapo, more),
    environment,
    args: ['--log.format=json', '--log.level=debug', ...args],
  });
}

/** Waits until a device has been read. */
export function isUp(app: AppUnderTest, { deviceId, model }: TplinkDevice) {
  return app.scrapeUntil(`${model} is up`, (page) => page.value('tapo_device_up', { device_id: deviceId }) === 1);
}

/** Waits until a device could not be read, for this reason. */
export function failsFor(app: AppUnderTest, reason: string, atLeast = 1) {
  return app.scrapeUntil(`a device fails: ${reason}`, (page) =>
    page.lines('tapo_device_errors_total', { reason }).some(({ value }) => value >= atLeast),
  );
}
