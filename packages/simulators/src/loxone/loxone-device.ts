import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type RunningDevice, type SimulatedDevice, UsageError } from '../device.ts';
import { createHouse } from './house/create-house.ts';
import { allControls, StructureError } from './house/structure.ts';
import { type Miniserver, startMiniserver } from './miniserver.ts';
import { MiniserverOptionError, type MiniserverOptions } from './options.ts';

const USAGE = `\
  --port N               plain HTTP and ws port (8080)
  --ssl-port N           https and wss port of a Generation 2 (8443)
  --host H               loopback address: 127.0.0.1, ::1 or localhost (127.0.0.1)
  --generation 1|2       hardware generation; 1 has no TLS (2)
  --firmware V           firmware version, decides how clients log in (14.5.12.28)
  --user U               user name (exporter)
  --password P           password (secret)
  --controls N           size of the house, sub-controls counted (60)
  --events-per-second N  value events a second; 0 keeps the house still (as the house moves)
  --structure FILE       serve this LoxAPP3.json instead of the demo house
  --help                 this text`;

/** `simulate loxone`. */
export const loxoneDevice: SimulatedDevice = {
  name: 'loxone',
  summary: 'a Loxone Miniserver with a house that lives',
  usage: USAGE,
  async start(args) {
    const options = await readOptions(args);
    try {
      return running(await startMiniserver(options), options.generation ?? 2);
    } catch (error) {
      const isUsage = error instanceof MiniserverOptionError || error instanceof StructureError;
      throw isUsage ? new UsageError(error.message, { cause: error }) : error;
    }
  },
};

async function readOptions(args: readonly string[]): Promise<MiniserverOptions> {
  const flags = parse(args);
  const generation = flags.generation === undefined ? 2 : number('generation', flags.generation, 1, 2);
  const controls = flags.controls === undefined ? {} : { controls: number('controls', flags.controls, 1, 100_000) };
  const { structure, firmware, user, password } = flags;
  const events = flags['events-per-second'];
  return {
    generation: generation === 1 ? 1 : 2,
    port: number('port', flags.port ?? '8080', 0, 65_535),
    sslPort: number('ssl-port', flags['ssl-port'] ?? '8443', 0, 65_535),
    house:
      structure === undefined
        ? createHouse({ generation: generation === 1 ? 1 : 2, ...controls })
        : await readStructure(structure),
    ...(flags.host === undefined ? {} : { host: flags.host }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(events === undefined ? {} : { eventsPerSecond: number('events-per-second', events, 0, 100_000) }),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: text,
        'ssl-port': text,
        host: text,
        generation: text,
        firmware: text,
        user: text,
        password: text,
        controls: text,
        'events-per-second': text,
        structure: text,
      },
    }).values;
  } catch (cause) {
    // Node adds advice on positional arguments after the first sentence, which does not apply here.
    const [message = ''] = (cause as Error).message.split('. ');
    throw new UsageError(message, { cause });
  }
}

function number(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`--${flag}: expected a whole number from ${least} to ${most}, found ${text}`);
}

async function readStructure(file: string): Promise<object> {
  try {
    const structure: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof structure === 'object' && structure !== null) return structure;
  } catch (cause) {
    throw new UsageError(`--structure: cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
  throw new UsageError(`--structure: expected an object in ${file}`);
}

function running(miniserver: Miniserver, generation: number): RunningDevice {
  return { report: report(miniserver, generation), stop: () => miniserver.stop() };
}

function report(miniserver: Miniserver, generation: number): string {
  const { host, port, sslPort, firmware, user, password, house } = miniserver;
  const name = host.includes(':') ? `[${host}]` : host;
  const controls = [...allControls(house.structure)].length;
  return [
    `Loxone Miniserver, Generation ${generation}, firmware ${firmware}: ${controls} controls, ${house.valueCount} numeric states`,
    `  http://${name}:${port}   ws://${name}:${port}/ws/rfc6455`,
    ...(sslPort === undefined ? [] : [`  https://${name}:${sslPort}  wss://${name}:${sslPort}/ws/rfc6455`]),
    `  user ${user}, password ${password}`,
    '',
    'config.yml for loxone-exporter:',
    '',
    'miniservers:',
    '  - name: simulated',
    `    host: ${yaml(host)}`,
    `    port: ${port}`,
    ...(sslPort === undefined ? [] : [`    ssl_port: ${sslPort}`]),
    `    username: ${yaml(user)}`,
    `    password: ${yaml(password)}`,
  ].join('\n');
}

/** A YAML scalar that means this text: plain where that is safe, else in double quotes as JSON writes it. */
function yaml(text: string): string {
  const isSafe = /^[A-Za-z][\w.-]*$/.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text);
  return isSafe || /^\d+(?:\.\d+){3}$/.test(text) ? text : JSON.stringify(text);
}
