import { type AppCommand, type CommandContext, describeError, textTable } from '@device-exporters/exporter';
import { type Clock, DeadlineExceededError } from '@device-exporters/retry';
import {
  DeviceError,
  DeviceReader,
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

async function targetsOf(context: CommandContext<Config>, clock: Clock): Promise<Target[]> {
  const { commandLine, config } = context;
  const { tapo } = config.exporters;
  if (commandLine.words.length > 0)
    return commandLine.words.map((address) => ({ address, hint: undefined, model: '' }));
  const found = await lookAround(context, clock);
  const others = tapo.devices.filter((address) => !found.some(({ host }) => parseAddress(address).host === host));
  return [
    ...found.map((device) => ({ ...whereaboutsOf(device), model: device.model })),
    ...others.map((address) => ({ address, hint: undefined, model: '' })),
  ];
}

/** Whatever keeps devices from being found, listed ones are asked all the same. */
async function lookAround({ config, log, signal }: CommandContext<Config>, clock: Clock) {
  const { tapo } = config.exporters;
  if (!tapo.discovery_options.perform_discovery) return [];
  try {
    return await discover({ ...discoveryOptionsOf(tapo), clock, signal });
  } catch (err) {
    signal.throwIfAborted();
    log.warn({ err }, 'devices cannot be looked for');
    return [];
  }
}

async function ask(target: Target, context: CommandContext<Config>, clock: Clock): Promise<Finding> {
  const { config, environment } = context;
  const about = { address: target.address, model: target.model, protocol: target.hint?.protocol ?? '' };
  const { timeout } = config.exporters.tapo.discovery_options;
  const exchangeTimeoutMs = timeout === null ? undefined : timeout * 1000;
  const account = () => accountOf(config, environment);
  const reader = new DeviceReader({ whereabouts: target, account, exchangeTimeoutMs, clock });
  try {
    const { snapshot, protocol } = await reader.read(context.signal);
    return { ...about, protocol, model: snapshot.device.identity.model, snapshot, state: 'ok' };
  } catch (error) {
    return { ...about, snapshot: undefined, state: stateOf(error) };
  } finally {
    reader.close();
  }
}

function stateOf(error: unknown): string {
  if (error instanceof DeadlineExceededError) return 'no answer in time';
  if (!(error instanceof DeviceError)) return describeError(error);
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
