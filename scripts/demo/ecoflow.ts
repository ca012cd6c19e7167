import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { displayFrame, type EcoflowCloud, startEcoflowCloud } from '@device-exporters/simulators';
import { type DemoApp, type DemoDevices, reading } from './demo-app.ts';

const DELTA_2 = 'R331ZDEMO0000001';
const DELTA_3 = 'P231ZDEMO0000002';
const MOVE_EVERY_MS = 1_000;

/** Watts that come and go. */
function sunWatts(): number {
  return Math.round(220 + 80 * Math.sin(Date.now() / 20_000));
}

/** A simulated cloud whose devices move while it runs, with a folder for what the exporter keeps. */
function running(cloud: EcoflowCloud, environment: DemoDevices['environment'], move: () => void): DemoDevices {
  const folder = mkdtempSync(join(tmpdir(), 'ecoflow-demo-'));
  const moving = setInterval(move, MOVE_EVERY_MS);
  return {
    environment: { ECOFLOW_API_HOST: cloud.url, ECOFLOW_STATE_DIR: folder, ...environment },
    async stop() {
      clearInterval(moving);
      await cloud.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function readings(device: string): DemoApp['readings'] {
  return (page) => {
    const percent = (page.value('ecoflow_battery_soc_ratio', { device }) ?? Number.NaN) * 100;
    return [
      reading('battery', Number.isNaN(percent) ? undefined : percent, '%', 0),
      reading('in', page.value('ecoflow_total_input_power_watts', { device }), 'W', 0),
      reading('out', page.value('ecoflow_total_output_power_watts', { device }), 'W', 0),
    ];
  };
}

/** A DELTA 2, asked over REST with developer keys. */
export const ecoflowRest: DemoApp = {
  app: 'ecoflow-exporter',
  port: 9090,
  devices: 'a DELTA 2, over REST',
  async start() {
    const quotas = { 'pd.soc': 46, 'pd.wattsInSum': sunWatts(), 'pd.wattsOutSum': 35, 'bms_bmsStatus.vol': 52_161 };
    const device = { sn: DELTA_2, deviceName: 'Garage', productName: 'DELTA 2', quotas };
    const cloud = await startEcoflowCloud({ devices: [device] });
    const { accessKey: ECOFLOW_ACCESS_KEY, secretKey: ECOFLOW_SECRET_KEY } = cloud;
    const environment = { ECOFLOW_ACCESS_KEY, ECOFLOW_SECRET_KEY, COLLECTING_INTERVAL: '1' };
    return running(cloud, environment, () => cloud.device(DELTA_2).set('pd.wattsInSum', sunWatts()));
  },
  readings: readings(DELTA_2),
};

/** A DELTA 3, asked over the broker of the app; it answers in protobuf. */
export const ecoflowDevice: DemoApp = {
  app: 'ecoflow-exporter',
  port: 9091,
  devices: 'a DELTA 3, over MQTT, in protobuf',
  async start() {
    const frame = () =>
      displayFrame(DELTA_3, { cmsBattSoc: 80, bmsBattSoc: 80, powInSumW: sunWatts(), powOutSumW: 61.5 });
    const cloud = await startEcoflowCloud({ devices: [{ sn: DELTA_3, deviceName: 'Cabin', frame }] });
    const { email: ECOFLOW_ACCOUNT_USER, password: ECOFLOW_ACCOUNT_PASSWORD } = cloud;
    const environment = { ECOFLOW_ACCOUNT_USER, ECOFLOW_ACCOUNT_PASSWORD, ECOFLOW_API_TYPE: 'device' };
    return running(cloud, environment, () => void cloud.pushBytes(DELTA_3, frame()));
  },
  readings: readings(DELTA_3),
};
