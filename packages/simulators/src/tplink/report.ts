import type { TplinkDevice } from './start-tplink-device.ts';

/** Where the devices are reached and how an exporter is set up for them, for the user to read. */
export function report(devices: readonly TplinkDevice[]): string {
  const [first] = devices;
  return [
    ...devices.map(line),
    `  user ${first?.user}, password ${first?.password}`,
    '',
    'config.yaml for tapo-exporter, started with TP_LINK_USERNAME and TP_LINK_PASSWORD:',
    '',
    'exporters:',
    '  tapo:',
    '    devices:',
    ...devices.map((device) => `      - ${JSON.stringify(address(device))}`),
    '    discovery_options:',
    '      perform_discovery: false',
  ].join('\n');
}

const SPOKEN = { xor: 'XOR', klap: 'KLAP v1', klap2: 'KLAP v2', aes: 'AES', tpap: 'TPAP' } as const;

function line(device: TplinkDevice): string {
  const children = device.childIds.length === 0 ? '' : `, ${device.childIds.length} children`;
  return `TP-Link ${device.model} "${device.alias}" over ${SPOKEN[device.transport]} at ${address(device)}${children}`;
}

function address({ host, transport, xorPort, httpPort }: TplinkDevice): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return transport === 'xor' ? `xor://${name}:${xorPort}` : `http://${name}:${httpPort}`;
}
