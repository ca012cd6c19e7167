import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppUnderTest, startApp } from '@device-exporters/exporter/testing';
import { type Clock, systemClock } from '@device-exporters/retry';
import { displayFrame, type EcoflowCloud, type EcoflowDeviceOptions } from '@device-exporters/simulators';
import { onTestFinished } from 'vitest';
import { ecoflowExporterOn } from '../src/app.ts';

/** A DELTA 2, which speaks JSON. */
export const DELTA_2: EcoflowDeviceOptions = {
  sn: 'R331ZEB4ZE000001',
  deviceName: 'Garage',
  productName: 'DELTA 2',
  quotas: { 'pd.soc': 46, 'pd.wattsInSum': 120, 'pd.wattsOutSum': 35, 'bms_bmsStatus.vol': 52_161 },
};

/** A DELTA 3, which speaks protobuf. */
export const DELTA_3: EcoflowDeviceOptions = {
  sn: 'P231ZEB4ZE000002',
  frame: () => displayFrame('P231ZEB4ZE000002', { powInSumW: 0, powOutSumW: 61.5, cmsBattSoc: 80, bmsBattSoc: 80 }),
};

/** A folder that is gone after the test. */
export function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ecoflow-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The kinds of access. */
export type Kind = 'rest' | 'open-mqtt' | 'mqtt' | 'device';

/** A configuration for a simulated cloud; everything happens often. */
export function configFor(cloud: EcoflowCloud, api_type: Kind, more: object = {}): object {
  const { accessKey, secretKey, email, password, url } = cloud;
  const isDeveloper = api_type === 'rest' || api_type === 'open-mqtt';
  return {
    api_type,
    api_host: url,
    ...(isDeveloper
      ? { access_key: accessKey, secret_key: secretKey }
      : { account_user: email, account_password: password }),
    collecting_interval: 1,
    device_list_cache_ttl: 1,
    quota_request_interval: 1,
    retry_timeout: 1,
    http_retries: 1,
    http_backoff_factor: 0.05,
    state_dir: folderOfTest(),
    ...more,
  };
}

/** Starts the exporter in the process of the test. */
export function follow(
  cloud: EcoflowCloud,
  kind: Kind,
  more: object = {},
  clock: Clock = systemClock,
): Promise<AppUnderTest> {
  return startApp(ecoflowExporterOn(clock), {
    config: configFor(cloud, kind, more),
    environment: { HOME: folderOfTest() },
    args: ['--log.format=json', '--log.level=debug'],
  });
}

/** Waits until the device is on line, with data. */
export function isRead(app: AppUnderTest, device: string) {
  return app.scrapeUntil(
    `${device} is read`,
    (page) => page.value('ecoflow_battery_soc_ratio', { device }) !== undefined,
  );
}
