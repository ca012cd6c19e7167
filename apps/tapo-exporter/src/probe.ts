import { type AppCommand, type CommandContext, textTable } from '@device-exporters/exporter';
import type { Clock } from '@device-exporters/retry';
import {
  connectTo,
  createPolledDevice,
  DeviceError,
  discover,
  parseAddress,
  type Snapshot,
  type Whereabouts,
  whereaboutsOf,
} from '@device-exporters/tplink';
import { accountOf } from './account.ts';
import type { Config } from './config.ts';
import { discoveryOptionsOf } from './discovery.ts';
import { MEASUREMENT_NAMES, metricOf } from './metrics.ts';

/** What one device answered, or why it did not. */
interface Finding {
  readonly address: string;
  readonly protocol: string;
  readonly model: string;
  readonly snapshot: Snapshot | undefined;
  /** `ok`, or a sentence. */
  readonly state: string;
}

const POLL_TIMEOUT_MS = 15_000;

/** `tapo-exporter probe [HOST…]`: what is on the network, or at these addresses, and what it says. */
export function probe(clock: Clock): AppCommand<Config> {
  return {
    name: 'probe',
    words: '[HOST…] [--json]',
    doc: 'Print what every device on the network is and says; exit with 1 if none answers.',
    async run(context) {
      const targets = await targetsOf(context, clock);
      const findings = await Promise.all(targets.map((target) => ask(target, context, clock)));
      context.print(context.commandLine.switches.has('json') ? toJson(findings) : toTable(findings));
      return findings.some(({ snapshot }) => snapshot !== undefined) ? 0 : 1;
    },
  };
}

type Target = Whereabouts & { readonly model: string };

async function targetsOf({ commandLine, config, signal }: CommandContext<Config>, clock: Clock): Promise<Target[]> {
  const { tapo } = config.exporters;
  if (commandLine.words.length > 0)
    return commandLine.words.map((address) => ({ address, hint: undefined, model: '' }));
  const found = await discover({ ...discoveryOptionsOf(tapo), clock, signal });
  const others = tapo.devices.filter((address) => !found.some(({ host }) => parseAddress(address).host === host));
  return [
    ...found.map((device) => ({ ...whereaboutsOf(device), model: device.model })),
    ...others.map((address) => ({ address, hint: undefined, model: '' })),
  ];
}

async function ask(target: Target, context: CommandContext<Config>, clock: Clock): Promise<Finding> {
  const { config, environment } = context;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(POLL_TIMEOUT_MS)]);
  const connection = connectTo(target, { credentials: accountOf(config, environment), clock });
  const about = { address: target.address, model: target.model, protocol: target.hint?.protocol ?? '' };
  try {
    const link = await connection.open(signal);
    const snapshot = await createPolledDevice(link, { clock }).poll(signal);
    return {
      ...about,
      protocol: link.transport.protocol,
      model: snapshot.device.identity.model,
      snapshot,
      state: 'ok',
    };
  } catch (error) {
    return { ...about, snapshot: undefined, state: stateOf(error) };
  } finally {
    connection.close();
  }
}

function stateOf(error: unknown): string {
  if (!(error instanceof DeviceError)) return 'no answer in time';
  if (error.reason === 'third_party_disabled') {
    return 'third-party access is off: in the TP-Link app, switch on Me > Third-Party Services > Third-Party Compatibility';
  }
  if (error.reason === 'auth') return 'login refused: check e-mail address (upper and lower case count) and password';
  return `${error.reason}: ${error.message}`;
}

function toJson(findings: readonly Finding[]): string {
  const devices = findings.map(({ snapshot, ...about }) => ({
    ...about,
    devices: snapshot === undefined ? [] : [snapshot.device, ...snapshot.children],
  }));
  return `${JSON.stringify(devices, null, 2)}\n`;
}

function toTable(findings: readonly Finding[]): string {
  if (findings.length === 0)
    return 'No device answers. Broadcasts stay within one network: name the addresses instead.\n';
  const head = ['address', 'model', 'alias', 'family', 'protocol', 'firmware', 'state'];
  const rows = findings.flatMap(({ address, model, protocol, snapshot, state }) => {
    if (snapshot === undefined) return [[address, model, '', '', protocol, '', state]];
    const readings = [snapshot.device, ...snapshot.children];
    return readings.flatMap(({ identity, measurements }, index) => {
      const values = MEASUREMENT_NAMES.flatMap((name) => {
        const value = measurements[name];
        return value === undefined ? [] : [`    ${metricOf(name).replace('tapo_', '')} ${Number(value)}`];
      });
      const where = index === 0 ? [address, identity.model] : [`  ${identity.childId}`, identity.model];
      const what = [
        identity.alias,
        identity.family,
        index === 0 ? protocol : '',
        identity.firmware,
        index === 0 ? state : '',
      ];
      return [[...where, ...what], ...values.map((value) => [value])];
    });
  });
  return textTable([head, ...rows]);
}
