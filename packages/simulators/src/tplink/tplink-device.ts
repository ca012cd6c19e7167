import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type RunningDevice, type SimulatedDevice, UsageError } from '../device.ts';
import { CaptureError } from './capture/capture.ts';
import { startTplinkDemo } from './demo.ts';
import { TPLINK_MODELS, type TplinkModel } from './models/models.ts';
import { TplinkOptionError } from './options.ts';
import { report } from './report.ts';
import { startTplinkDevice } from './start-tplink-device.ts';
import { type TplinkTransport, TransportError } from './transport.ts';

const TRANSPORTS: readonly TplinkTransport[] = ['xor', 'klap', 'klap2', 'aes', 'tpap'];

const USAGE = `\
  --model M            ${TPLINK_MODELS.join(', ')} (p110)
  --all                one of each, side by side from 127.0.20.1 on
  --capture FILE       serve this capture instead, as it is
  --transport T        ${TRANSPORTS.join(', ')} (what the device speaks)
  --alias NAME         its name
  --host H             loopback address: 127.x.y.z, ::1 or localhost (127.0.0.1)
  --http-port N        port of KLAP, AES and TPAP (8080)
  --xor-port N         port of XOR, TCP and UDP (9999)
  --discovery-port N   port of discovery, UDP (20002)
  --user U             account (user@example.com)
  --password P         its password (secret)
  --help               this text`;

/** `simulate tplink`. */
export const tplinkDevice: SimulatedDevice = {
  name: 'tplink',
  summary: 'a TP-Link Kasa or Tapo device: plug, strip, bulb or hub, over any of their protocols',
  usage: USAGE,
  async start(args) {
    const flags = parse(args);
    const common = {
      httpPort: number('http-port', flags['http-port'] ?? '8080'),
      xorPort: number('xor-port', flags['xor-port'] ?? '9999'),
      discoveryPort: number('discovery-port', flags['discovery-port'] ?? '20002'),
      ...(flags.host === undefined ? {} : { host: flags.host }),
      ...(flags.user === undefined ? {} : { user: flags.user }),
      ...(flags.password === undefined ? {} : { password: flags.password }),
    };
    const transport = oneOf('transport', TRANSPORTS, flags.transport);
    const model = oneOf('model', TPLINK_MODELS, flags.model);
    const { alias, capture: file } = flags;
    try {
      if (flags.all) return running(await startTplinkDemo(common));
      const device = await startTplinkDevice({
        ...common,
        ...(file === undefined ? {} : { capture: await readCaptureFile(file) }),
        ...(transport === undefined ? {} : { transport }),
        ...(model === undefined ? {} : { model }),
        ...(alias === undefined ? {} : { alias }),
      });
      return running([device]);
    } catch (error) {
      const isUsage =
        error instanceof TplinkOptionError || error instanceof TransportError || error instanceof CaptureError;
      throw isUsage ? new UsageError(error.message, { cause: error }) : error;
    }
  },
};

function running(devices: Awaited<ReturnType<typeof startTplinkDemo>>): RunningDevice {
  const stop = async (): Promise<void> => {
    await Promise.all(devices.map((device) => device.stop()));
  };
  return { report: report(devices), stop };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...{ model: text, capture: text, transport: text, alias: text, host: text, user: text, password: text },
        ...{ 'http-port': text, 'xor-port': text, 'discovery-port': text },
        all: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    // Node adds advice on positional arguments after the first sentence, which does not apply here.
    const [message = ''] = (cause as Error).message.split('. ');
    throw new UsageError(message, { cause });
  }
}

function number(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new UsageError(`--${flag}: expected a whole number from 0 to 65535, found ${text}`);
}

function oneOf<T extends TplinkModel | TplinkTransport>(
  flag: string,
  known: readonly T[],
  text?: string,
): T | undefined {
  const found = known.find((name) => name === text);
  if (found !== undefined || text === undefined) return found;
  throw new UsageError(`--${flag}: expected one of ${known.join(', ')}, found ${text}`);
}

async function readCaptureFile(file: string): Promise<object> {
  try {
    const capture: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof capture === 'object' && capture !== null) return capture;
  } catch (cause) {
    throw new UsageError(`--capture: cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
  throw new UsageError(`--capture: expected an object in ${file}`);
}
