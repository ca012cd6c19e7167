import { parseArgs } from 'node:util';
import { type SimulatedDevice, UsageError } from '../device.ts';
import { dataCentre, manyDevices } from './data-centre.ts';
import { startInfrahub } from './start-infrahub.ts';

const USAGE = `\
  --host H        loopback address (127.0.0.1)
  --port N        its port (8000)
  --token T       API token (simulated-token)
  --username U    account (exporter)
  --password P    its password (secret)
  --devices N     so many devices more (0)
  --help          this text`;

/** `simulate infrahub`. */
export const infrahubDevice: SimulatedDevice = {
  name: 'infrahub',
  summary: 'an Infrahub with a small data centre: GraphQL, schema, logins, branches',
  usage: USAGE,
  async start(args) {
    const { host, port, token, username, password, devices } = parse(args);
    const infrahub = await startInfrahub({
      nodes: [...dataCentre(), ...manyDevices(wholeNumber('devices', devices ?? '0', 1_000_000))],
      branches: ['maintenance/dc-1'],
      port: wholeNumber('port', port ?? '8000', 65_535),
      ...(host === undefined ? {} : { host }),
      ...(token === undefined ? {} : { token }),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    });
    const report = [
      `Infrahub on ${infrahub.url}, branches main and maintenance/dc-1`,
      '',
      `  INFRAHUB_SIDECAR_INFRAHUB__ADDRESS=${infrahub.url}`,
      `  INFRAHUB_SIDECAR_INFRAHUB__TOKEN=${infrahub.token}`,
      '',
      `kinds: ${infrahub.kinds.map(({ namespace, name }) => namespace + name).join(', ')}`,
    ];
    return { report: report.join('\n'), stop: () => infrahub.stop() };
  },
};

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const options = { host: text, port: text, token: text, username: text, password: text, devices: text };
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const [message = ''] = (cause as Error).message.split('. ');
    throw new UsageError(message, { cause });
  }
}

function wholeNumber(flag: string, text: string, maximum: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= maximum) return value;
  throw new UsageError(`--${flag}: expected a whole number from 0 to ${maximum}, found ${text}`);
}
