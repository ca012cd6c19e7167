import type { Clock } from '@device-exporters/retry';
import type { JsonRecord } from '../exchange/json-record.ts';
import { createOccasional } from '../exchange/occasional.ts';
import type { Measurements } from '../reading.ts';
import type { IotAsking, IotCommand } from './asking.ts';
import { readEmeter } from './emeter.ts';
import type { IotModules } from './modules.ts';
import { type LocalDay, readStatistics, statisticsCommands } from './statistics.ts';

/** The meter of a device, or of one outlet of a strip. */
export interface MeterTarget {
  readonly deviceId: string;
  /** Full id of the outlet. */
  readonly child?: string;
  readonly modules: IotModules;
  /** Undefined where the device does not know. */
  readonly today: LocalDay | undefined;
}

export interface IotMeters {
  /**
   * What a meter says: nothing where there is none after all.
   *
   * @param known what `get_realtime` said, where it has been asked already; null where the device had nothing to say
   */
  read(target: MeterTarget, signal: AbortSignal, known?: JsonRecord | null): Promise<Measurements>;
}

/** The question to a meter for its values of now. */
export function realtimeCommand({ emeter }: IotModules): IotCommand {
  return { module: emeter, command: 'get_realtime' };
}

export function createIotMeters(asking: IotAsking, clock: Clock): IotMeters {
  const statistics = createOccasional<Measurements>(clock);

  async function askStatistics({ modules, today, child }: MeterTarget, signal: AbortSignal): Promise<Measurements> {
    if (today === undefined) return {};
    const [days, months] = await asking.ask(statisticsCommands(modules, today), signal, child);
    return readStatistics(days, months, today);
  }

  return {
    async read(target, signal, known) {
      const { deviceId, child, modules } = target;
      const realtime = known === undefined ? (await asking.ask([realtimeCommand(modules)], signal, child))[0] : known;
      if (realtime === undefined || realtime === null) return {};
      const energy = await statistics.get(child ?? deviceId, () => askStatistics(target, signal), signal);
      return { ...readEmeter(realtime), ...energy };
    },
  };
}
