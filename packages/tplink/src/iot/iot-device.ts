import type { Clock } from '@device-exporters/retry';
import { ProtocolError } from '../device-error.ts';
import { flagAt, textAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { Measurements, PolledDevice, Reading, Snapshot } from '../reading.ts';
import type { Transport } from '../transport.ts';
import { createIotAsking } from './asking.ts';
import { readEmeter } from './emeter.ts';
import { askEnergy, BULB_MODULES, type IotModules, PLUG_MODULES } from './statistics.ts';
import { hasMeter, isBulb, readOutlets, readSysinfo } from './sysinfo.ts';

/** What changes slowly is asked for no more often; devices are slow, and strips answer one outlet at a time. */
const SLOWLY_EVERY_MS = 60_000;

const SYSINFO = { module: 'system', command: 'get_sysinfo' } as const;

/** Values that are kept between two questions. */
interface Kept {
  readonly atMs: number;
  readonly measurements: Measurements;
}

/** A device of the old kind: XOR, or KLAP with the same requests within. */
export function createIotDevice(
  transport: Pick<Transport, 'exchange'>,
  { clock }: { readonly clock: Clock },
): PolledDevice {
  const asking = createIotAsking(transport);
  const slow = new Map<string, Kept>();

  /** The answer to a question that is asked once a minute, by what it is about. */
  async function slowly(about: string, ask: () => Promise<Measurements>): Promise<Measurements> {
    const kept = slow.get(about);
    const nowMs = clock.monotonicMs();
    if (kept !== undefined && nowMs - kept.atMs < SLOWLY_EVERY_MS) return kept.measurements;
    const measurements = await ask();
    slow.set(about, { atMs: nowMs, measurements });
    return measurements;
  }

  async function cloudOf({ cloud }: IotModules, signal: AbortSignal): Promise<Measurements> {
    const [info] = await asking.ask([{ module: cloud, command: 'get_info' }], signal);
    const isCloudConnected = info && flagAt(info, 'cld_connection');
    return isCloudConnected === undefined ? {} : { isCloudConnected };
  }

  async function meterOf(modules: IotModules, signal: AbortSignal, child?: string): Promise<Measurements> {
    const [realtime] = await asking.ask([{ module: modules.emeter, command: 'get_realtime' }], signal, child);
    if (realtime === undefined) return {};
    const energy = await slowly(`energy ${child ?? ''}`, () => askEnergy(asking, modules, signal, child));
    return { ...readEmeter(realtime), ...energy };
  }

  async function outletOf(reading: Reading, isMetered: boolean, signal: AbortSignal): Promise<Reading> {
    if (!isMetered) return reading;
    const metered = await meterOf(PLUG_MODULES, signal, reading.identity.childId);
    return { ...reading, measurements: { ...reading.measurements, ...metered } };
  }

  async function poll(signal: AbortSignal): Promise<Snapshot> {
    const sysinfo = knownDevice((await asking.ask([SYSINFO], signal))[0]);
    const device = readSysinfo(sysinfo);
    const modules = isBulb(sysinfo) ? BULB_MODULES : PLUG_MODULES;
    const outlets = readOutlets(sysinfo, device.identity);
    const cloud = await slowly('cloud', () => cloudOf(modules, signal));
    // Without an outlet named, a strip answers for its first one only.
    const meter = outlets.length === 0 && hasMeter(sysinfo) ? await meterOf(modules, signal) : {};
    const children: Reading[] = [];
    // One after the other: a device takes one request at a time.
    for (const outlet of outlets) children.push(await outletOf(outlet, hasMeter(sysinfo), signal));
    return { device: { ...device, measurements: { ...device.measurements, ...cloud, ...meter } }, children };
  }

  return { poll };
}

function knownDevice(sysinfo: JsonRecord | undefined): JsonRecord {
  if (sysinfo === undefined) throw new ProtocolError('get_sysinfo: expected the description of a device, found none');
  if (textAt(sysinfo, 'deviceId') === '') throw new ProtocolError('get_sysinfo: expected a deviceId, found none');
  return sysinfo;
}
