import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoApp, DemoDevices, DemoPlace } from './demo-app.ts';
import { ecoflowDevice, ecoflowRest } from './ecoflow.ts';
import { infrahub } from './infrahub.ts';
import { kasa } from './kasa.ts';
import { loxone } from './loxone.ts';
import { tapo } from './tapo.ts';

/** Every exporter of the demo. */
export const DEMOS: readonly DemoApp[] = [loxone, tapo, kasa, ecoflowRest, ecoflowDevice, infrahub];

/** Devices that run, and the configuration of the exporter that follows them. */
export interface StartedDemo {
  readonly demo: DemoApp;
  readonly devices: DemoDevices;
  readonly configFile: string;
}

/**
 * Starts the devices of every demo and writes `<folder>/<app>-<port>/config.yml` for the exporter of each; that folder is
 * also where the exporter may keep things.
 */
export function startDevices(folder: string, shared: Omit<DemoPlace, 'folder'> = {}): Promise<StartedDemo[]> {
  return Promise.all(
    DEMOS.map(async (demo) => {
      const own = join(folder, `${demo.app}-${demo.port}`);
      mkdirSync(own, { recursive: true });
      const devices = await demo.start({ ...shared, folder: own });
      const configFile = join(own, 'config.yml');
      // JSON is YAML.
      writeFileSync(configFile, JSON.stringify(devices.config, undefined, 2));
      return { demo, devices, configFile };
    }),
  );
}

export async function stopDevices(started: readonly StartedDemo[]): Promise<void> {
  await Promise.all(started.map(({ devices }) => devices.stop()));
}
