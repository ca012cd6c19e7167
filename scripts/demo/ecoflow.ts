import { displayFrame, type EcoflowCloud, startEcoflowCloud } from '@device-exporters/simulators';
import { type DemoApp, type DemoDevices, type DemoPlace, reading } from './demo-app.ts';

const DELTA_2 = 'R331ZDEMO0000001';
const DELTA_3 = 'P231ZDEMO0000002';
const MOVE_EVERY_MS = 1_000;

/** Watts that come and go. */
function sunWatts(): number {
  return Math.round(220 + 80 * Math.sin(Date.now() / 20_000));
}

/** A simulated cloud whose devices move while it runs. */
function running(cloud: EcoflowCloud, { folder }: DemoPlace, config: object, move: () => void): DemoDevices {
  const moving = setInterval(move, MOVE_EVERY_MS);
  return {
    config: { api_host: cloud.url, state_dir: folder, ...config },
    async stop() {
      clearInterval(moving);
      await cloud.stop();
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
  async start(place) {
    const quotas = { 'pd.soc': 46, 'pd.wattsInSum': sunWatts(), 'pd.wattsOutSum': 35, 'bms_bmsStatus.vol': 52_161 };
    const device = { sn: DELTA_2, deviceName: 'Garage', productName: 'DELTA 2', quotas };
    const cloud = await startEcoflowCloud({ devices: [device] });
    const config = { access_key: cloud.accessKey, secret_key: cloud.secretKey, collecting_interval: 1 };
    return running(cloud, place, config, () => cloud.device(DELTA_2).set('pd.wattsInSum', sunWatts()));
  },
  readings: readings(DELTA_2),
};

/** A DELTA 3, asked over the broker of the app; it answers in protobuf. */
export const ecoflowDevice: DemoApp = {
  app: 'ecoflow-exporter',
  port: 9091,
  devices: 'a DELTA 3, over MQTT, in protobuf',
  async start(place) {
    const frame = () =>
      displayFrame(DELTA_3, { cmsBattSoc: 80, bmsBattSoc: 80, powInSumW: sunWatts(), powOutSumW: 61.5 });
    const cloud = await startEcoflowCloud({ devices: [{ sn: DELTA_3, deviceName: 'Cabin', frame }] });
    const config = { account_user: cloud.email, account_password: cloud.password, api_type: 'device' };
    return running(cloud, place, config, () => void cloud.pushBytes(DELTA_3, frame()));
  },
  readings: readings(DELTA_3),
};
