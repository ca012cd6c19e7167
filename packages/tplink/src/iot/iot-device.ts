import type { Clock } from '@device-exporters/retry';
import { ProtocolError } from '../device-error.ts';
import { flagAt, textAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import { createOccasional } from '../exchange/occasional.ts';
import type { Measurements, PolledDevice, Reading, Snapshot } from '../reading.ts';
import type { Transport } from '../transport.ts';
import { createIotAsking, type IotCommand } from './asking.ts';
import { createIotMeters, type MeterTarget, realtimeCommand } from './meter.ts';
import { BULB_MODULES, type IotModules, PLUG_MODULES } from './modules.ts';
import { type LocalDay, readLocalDay } from './statistics.ts';
import { hasMeter, isBulb, readOutlets, readSysinfo } from './sysinfo.ts';

const SYSINFO: IotCommand = { module: 'system', command: 'get_sysinfo' };

/** What a device says of itself besides its state. */
interface Background {
  readonly cloud: Measurements;
  readonly today: LocalDay | undefined;
}

/** A device that measures as a whole: its meter is read along with its state, in one exchange instead of two. */
interface Metered {
  readonly deviceId: string;
  readonly modules: IotModules;
}

/** A device of the old kind: XOR, or KLAP with the same requests within. */
export function createIotDevice(
  transport: Pick<Transport, 'exchange'>,
  { clock }: { readonly clock: Clock },
): PolledDevice {
  const asking = createIotAsking(transport);
  const meters = createIotMeters(asking, clock);
  const backgrounds = createOccasional<Background>(clock);
  let metered: Metered | undefined;

  /** @returns also what the meter says: null for nothing, undefined where it was not asked */
  async function askState(
    signal: AbortSignal,
  ): Promise<{ sysinfo: JsonRecord; realtime: JsonRecord | null | undefined }> {
    const commands = metered === undefined ? [SYSINFO] : [SYSINFO, realtimeCommand(metered.modules)];
    const [description, answer = null] = await asking.ask(commands, signal);
    const sysinfo = describing(description);
    // Another device may have got the address.
    const wasAsked = metered !== undefined && metered.deviceId === textAt(sysinfo, 'deviceId');
    return { sysinfo, realtime: wasAsked ? answer : undefined };
  }

  async function askBackground(modules: IotModules, isMetered: boolean, signal: AbortSignal): Promise<Background> {
    const time: IotCommand[] = isMetered ? [{ module: modules.time, command: 'get_time' }] : [];
    const [info, now] = await asking.ask([{ module: modules.cloud, command: 'get_info' }, ...time], signal);
    const isCloudConnected = info && flagAt(info, 'cld_connection');
    return { cloud: isCloudConnected === undefined ? {} : { isCloudConnected }, today: readLocalDay(now) };
  }

  /** One outlet after the other: a device takes one request at a time. */
  async function measured(outlets: readonly Reading[], target: MeterTarget, signal: AbortSignal): Promise<Reading[]> {
    const readings: Reading[] = [];
    for (const outlet of outlets) {
      const own = await meters.read({ ...target, child: outlet.identity.childId }, signal);
      readings.push({ ...outlet, measurements: { ...outlet.measurements, ...own } });
    }
    return readings;
  }

  async function poll(signal: AbortSignal): Promise<Snapshot> {
    const { sysinfo, realtime } = await askState(signal);
    const device = readSysinfo(sysinfo);
    const { deviceId } = device.identity;
    const modules = isBulb(sysinfo) ? BULB_MODULES : PLUG_MODULES;
    const isMetered = hasMeter(sysinfo);
    const outlets = readOutlets(sysinfo, device.identity);
    // Without an outlet named, a strip answers for its first one only.
    const isWhole = isMetered && outlets.length === 0;

    const background = await backgrounds.get(deviceId, () => askBackground(modules, isMetered, signal), signal);
    const target: MeterTarget = { deviceId, modules, today: background?.today };
    const own = isWhole ? await meters.read(target, signal, realtime) : {};
    metered = isWhole ? { deviceId, modules } : undefined;
    return {
      device: { ...device, measurements: { ...device.measurements, ...background?.cloud, ...own } },
      children: isMetered ? await measured(outlets, target, signal) : outlets,
    };
  }

  return { poll };
}

/** @throws {ProtocolError} when a device does not say who it is */
function describing(sysinfo: JsonRecord | undefined): JsonRecord {
  if (sysinfo === undefined) throw new ProtocolError('get_sysinfo: expected the description of a device, found none');
  if (textAt(sysinfo, 'deviceId') === '') throw new ProtocolError('get_sysinfo: expected a deviceId, found none');
  return sysinfo;
}
