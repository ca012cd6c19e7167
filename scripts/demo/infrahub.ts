import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataCentre, manyDevices, startInfrahub } from '@device-exporters/simulators';
import type { DemoApp } from './demo-app.ts';

const DEVICES = 200;

/** The query of the app's own example, which pages by itself. */
const BY_ADDRESS = fileURLToPath(new URL('../../apps/infrahub-exporter/queries/devices.gql', import.meta.url));

const BY_NAME = `query Names($offset: Int, $limit: Int) {
  DcimDevice(offset: $offset, limit: $limit) {
    count
    edges { node { id name { value } fqdn { value } role { value } } }
  }
}
`;

/** An Infrahub of a data centre: nodes as metrics, and two lists of targets. */
export const infrahub: DemoApp = {
  app: 'infrahub-exporter',
  port: 8001,
  devices: `an Infrahub with ${DEVICES} devices, two lists of targets at /sd`,
  async start({ folder, collector }) {
    const few = dataCentre();
    const known = few.filter(({ kind }) => kind === 'DcimDevice').length;
    const simulated = await startInfrahub({ nodes: [...few, ...manyDevices(DEVICES - known)] });
    const [byAddress, byName] = [join(folder, 'devices.gql'), join(folder, 'names.gql')];
    copyFileSync(BY_ADDRESS, byAddress);
    writeFileSync(byName, BY_NAME);
    const often = { refresh_interval_seconds: 2 };
    return {
      config: {
        infrahub: { address: simulated.url, token: simulated.token },
        poll_interval_seconds: 2,
        exporters: {
          prometheus: { enabled: true },
          ...(collector === undefined ? {} : { otlp: { enabled: true, endpoint: collector, interval_seconds: 5 } }),
        },
        metrics: { kind: [{ kind: 'DcimDevice', include: ['name', 'role', 'status', 'location'] }] },
        service_discovery: {
          enabled: true,
          queries: [
            {
              ...{ name: 'devices', file_path: byAddress, ...often },
              target_field: 'primary_ip.address.ip',
              target_fallbacks: ['name.value'],
              default_port: 9100,
              label_mappings: { device: 'name.value' },
            },
            {
              ...{ name: 'names', file_path: byName, ...often },
              target_field: 'fqdn.value',
              target_fallbacks: ['name.value'],
              label_mappings: { role: 'role.value' },
            },
          ],
        },
      },
      stop: () => simulated.stop(),
    };
  },
  readings: (page) => [
    ['devices', String(page.value('infrahub_nodes', { kind: 'DcimDevice' }) ?? 0)],
    ['targets of /sd/devices', String(page.value('infrahub_sd_targets', { query: 'devices' }) ?? 0)],
    ['of /sd/names', String(page.value('infrahub_sd_targets', { query: 'names' }) ?? 0)],
  ],
};
