import { describe, expect, it, vi } from 'vitest';
import { runCommandLine } from './command-line.ts';
import { type SimulatedDevice, UsageError } from './device.ts';

/** Runs a command line with one device of its own kind and collects what it says. */
async function run(args: readonly string[], start?: SimulatedDevice['start']) {
  const stop = new AbortController();
  const said = { out: '', err: '', stopped: 0 };
  const stopped = async (): Promise<void> => {
    said.stopped += 1;
  };
  const lamp: SimulatedDevice = {
    name: 'lamp',
    summary: 'a lamp',
    usage: '  --watts N  power',
    start:
      start ??
      (async (given) => {
        queueMicrotask(() => stop.abort());
        return { report: `on ${given.join(' ')}`, stop: stopped };
      }),
  };
  const code = await runCommandLine(args, {
    devices: [lamp],
    out: { write: (text) => Object.assign(said, { out: said.out + text }) },
    err: { write: (text) => Object.assign(said, { err: said.err + text }) },
    signal: stop.signal,
  });
  return { code, ...said };
}

describe('simulate', () => {
  it('starts the device with its arguments, reports, and stops it when the signal fires', async () => {
    expect(await run(['lamp', '--watts', '40'])).toEqual({
      code: 0,
      out: 'on --watts 40\n\nCtrl-C ends it.\n',
      err: '',
      stopped: 1,
    });
  });

  it('lists the devices when asked for help, or when no device or an unknown one is given', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('lamp       a lamp') });
    expect(await run([])).toMatchObject({ code: 1, err: expect.stringContaining('no device given') });
    expect(await run(['toaster'])).toMatchObject({ code: 1, err: expect.stringContaining('unknown device toaster') });
  });

  it('lists the options of a device', async () => {
    expect(await run(['lamp', '--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--watts N  power') });
  });

  it('says what was wrong with the arguments and where to look', async () => {
    const { code, err } = await run(['lamp'], () => Promise.reject(new UsageError('--watts: too bright')));
    expect(code).toBe(1);
    expect(err).toBe('simulate: --watts: too bright\nsimulate lamp --help lists the options\n');
  });

  it('says why a device could not start', async () => {
    const { code, err } = await run(['lamp'], () => Promise.reject(new Error('no socket')));
    expect([code, err]).toEqual([1, 'simulate: no socket\n']);
  });

  it('ends at once when the signal fired before the device was up', async () => {
    const stop = new AbortController();
    stop.abort();
    const stopDevice = vi.fn(async () => undefined);
    const start = async () => ({ report: '', stop: stopDevice });
    const devices = [{ name: 'lamp', summary: '', usage: '', start }];
    const silent = { write: () => undefined };
    expect(await runCommandLine(['lamp'], { devices, out: silent, err: silent, signal: stop.signal })).toBe(0);
    expect(stopDevice).toHaveBeenCalledOnce();
  });
});
