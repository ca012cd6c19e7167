import { createLimiter, type Log } from '@device-exporters/exporter';
import { decodeDaytimerStates, decodeWeatherStates, type Fault } from '@device-exporters/loxone-protocol';
import type { Clock } from '@device-exporters/retry';
import type { ChannelEvents, TableMessage } from './channel.ts';
import type { House } from './house.ts';
import type { EventKind } from './metrics.ts';
import type { ProtocolErrorReason, StatusSeries } from './status-series.ts';

/** Where event tables go and what is counted on the way. */
export interface EventIntakeOptions {
  /** The house of the moment; events that come before there is one are dropped. */
  house(): House | undefined;
  readonly status: StatusSeries;
  readonly clock: Clock;
  readonly log: Log;
}

/** The same fault is logged once in this time; its counter sees every one. */
const LOG_EVERY_MS = 60_000;

/** Takes what arrives without having been asked for: tables of events into the house, faults into their counters. */
export function createEventIntake({ house, status, clock, log }: EventIntakeOptions): ChannelEvents {
  const limiter = createLimiter(LOG_EVERY_MS, () => clock.monotonicMs());

  function count(kind: EventKind, entries: number, unknown: number): void {
    status.events[kind].add(entries);
    if (unknown > 0) status.unknownUuids.add(unknown);
    if (entries > 0) status.lastUpdate.set(clock.now() / 1000);
  }

  function onTable({ kind, bytes }: TableMessage): void {
    const target = house();
    if (target === undefined) return;
    let fault: Fault | undefined;
    switch (kind) {
      case 'value-states': {
        const reading = target.applyValues(bytes);
        count('value', reading.entries, reading.unknown);
        ({ fault } = reading);
        break;
      }
      case 'text-states': {
        const reading = target.applyTexts(bytes);
        count('text', reading.entries, reading.unknown);
        ({ fault } = reading);
        break;
      }
      case 'daytimer-states': {
        const reading = decodeDaytimerStates(bytes);
        count('daytimer', reading.states.length, 0);
        ({ fault } = reading);
        break;
      }
      case 'weather-states': {
        const reading = decodeWeatherStates(bytes);
        count('weather', reading.states.length, 0);
        ({ fault } = reading);
        break;
      }
    }
    status.controlsExported.set(target.exported);
    if (fault !== undefined) onFault(fault);
  }

  function onFault({ reason, detail }: { readonly reason: ProtocolErrorReason; readonly detail: string }): void {
    status.protocolErrors[reason].add();
    const heldBack = limiter(reason);
    if (heldBack !== undefined) log.warn({ reason, detail, heldBack }, 'the Miniserver sent what cannot be read');
  }

  return { onTable, onFault };
}
