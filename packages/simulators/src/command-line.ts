import { type SimulatedDevice, UsageError } from './device.ts';

/** Where the command line writes to; `process.stdout` and `process.stderr` as a rule. */
interface Output {
  write(text: string): unknown;
}

/** What a run of the command line works with. */
export interface CommandLine {
  readonly devices: readonly SimulatedDevice[];
  readonly out: Output;
  readonly err: Output;
  /** The device runs until this fires. */
  readonly signal: AbortSignal;
}

/**
 * Runs `simulate <device> [options]` until the signal fires.
 *
 * @returns the exit code: 0 after a clean end, 1 when the arguments were wrong or the device could not start
 */
export async function runCommandLine(args: readonly string[], context: CommandLine): Promise<number> {
  const [name, ...rest] = args;
  const device = context.devices.find((candidate) => candidate.name === name);
  if (name === '--help' || name === '-h') return say(context, overview(context.devices));
  if (device === undefined) {
    const found = name === undefined ? 'no device given' : `unknown device ${name}`;
    return complain(context, `${found}\n\n${overview(context.devices)}`);
  }
  if (rest.includes('--help') || rest.includes('-h')) return say(context, usage(device));
  return runDevice(device, rest, context);
}

async function runDevice(device: SimulatedDevice, args: readonly string[], context: CommandLine): Promise<number> {
  try {
    const running = await device.start(args);
    context.out.write(`${running.report}\n\nCtrl-C ends it.\n`);
    await fired(context.signal);
    await running.stop();
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const hint = error instanceof UsageError ? `\nsimulate ${device.name} --help lists the options` : '';
    return complain(context, `${message}${hint}`);
  }
}

function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function overview(devices: readonly SimulatedDevice[]): string {
  const lines = devices.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`);
  return ['usage: simulate <device> [options]', '', ...lines, '', 'simulate <device> --help lists its options'].join(
    '\n',
  );
}

function usage({ name, summary, usage: options }: SimulatedDevice): string {
  return `usage: simulate ${name} [options]\n\n${summary}\n\n${options}`;
}

function say(context: CommandLine, text: string): number {
  context.out.write(`${text}\n`);
  return 0;
}

function complain(context: CommandLine, text: string): number {
  context.err.write(`simulate: ${text}\n`);
  return 1;
}
