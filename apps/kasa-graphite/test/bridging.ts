import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppUnderTest, startApp } from '@device-exporters/exporter/testing';
import { type Clock, systemClock } from '@device-exporters/retry';
import type { CarbonSink, TplinkDevice } from '@device-exporters/simulators';
import { onTestFinished } from 'vitest';
import { kasaGraphiteOn } from '../src/app.ts';
import type { Discover } from '../src/plugs.ts';

/** How a listed device is written. */
function addressOf({ transport, host, httpPort, xorPort }: TplinkDevice): string {
  return transport === 'xor' ? `xor://${host}:${xorPort}` : `http://${host}:${httpPort}`;
}

/** A folder that is gone after the test. */
export function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-graphite-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A configuration that reads these devices every second and sends to this Carbon. */
export function configFor(
  devices: readonly TplinkDevice[],
  { host, port }: Pick<CarbonSink, 'host' | 'port'>,
  { graphite = {}, kasa = {}, ...more }: { graphite?: object; kasa?: object; [key: string]: unknown } = {},
): object {
  const [first] = devices;
  return {
    graphite: { host, port, timeout_seconds: 1, ...graphite },
    kasa: {
      devices: devices.map(addressOf),
      discovery: false,
      poll_interval_seconds: 1,
      username: first?.user ?? null,
      password: first?.password ?? null,
      ...kasa,
    },
    ...more,
  };
}

/** Starts the bridge in the process of the test. */
export function startBridge(config: object, clock: Clock = systemClock, look?: Discover): Promise<AppUnderTest> {
  const environment = { HOME: folderOfTest() };
  return startApp(kasaGraphiteOn(clock, look), {
    config,
    environment,
    args: ['--log.format=json', '--log.level=debug'],
  });
}
