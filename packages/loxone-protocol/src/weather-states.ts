import { unixSeconds } from './epoch.ts';
import { type ListReading, readLists } from './list-table.ts';
import { formatUuid, UUID_BYTES } from './uuid.ts';

/** Weather now, or a forecast. */
export interface WeatherState {
  /** UUID of the state, in lower case. */
  readonly uuid: string;

  /** When it was last renewed, in Unix seconds. */
  readonly lastUpdateUnixSeconds: number;
  readonly entries: readonly WeatherEntry[];
}

/** The weather of one hour. */
export interface WeatherEntry {
  readonly unixSeconds: number;

  /** A number of the structure file's `weatherServer.weatherTypeTexts`. */
  readonly weatherType: number;
  readonly windDirectionDegrees: number;

  /** W/m². */
  readonly solarRadiation: number;
  readonly relativeHumidityPercent: number;

  /** In the unit of the Miniserver, like the two that follow. */
  readonly temperature: number;
  readonly perceivedTemperature: number;
  readonly dewPoint: number;

  /** mm. */
  readonly precipitation: number;

  /** km/h. */
  readonly windSpeed: number;

  /** hPa. */
  readonly barometricPressure: number;
}

/**
 * Reads a table of weather states: UUID, time, and 68 bytes an entry ("Communicating with the Miniserver").
 *
 * They are only sent to owners of a weather subscription.
 */
export function decodeWeatherStates(payload: Uint8Array): ListReading<WeatherState> {
  return readLists(payload, {
    name: 'weather states',
    headBytes: UUID_BYTES + 8,
    countOffset: UUID_BYTES + 4,
    entryBytes: 68,
    read: (view, at, entryOffsets) => ({
      uuid: formatUuid(view, at),
      lastUpdateUnixSeconds: unixSeconds(view.getUint32(at + UUID_BYTES, true)),
      entries: entryOffsets.map((offset) => readEntry(view, offset)),
    }),
  });
}

function readEntry(view: DataView, at: number): WeatherEntry {
  return {
    unixSeconds: unixSeconds(view.getInt32(at, true)),
    weatherType: view.getInt32(at + 4, true),
    windDirectionDegrees: view.getInt32(at + 8, true),
    solarRadiation: view.getInt32(at + 12, true),
    relativeHumidityPercent: view.getInt32(at + 16, true),
    temperature: view.getFloat64(at + 20, true),
    perceivedTemperature: view.getFloat64(at + 28, true),
    dewPoint: view.getFloat64(at + 36, true),
    precipitation: view.getFloat64(at + 44, true),
    windSpeed: view.getFloat64(at + 52, true),
    barometricPressure: view.getFloat64(at + 60, true),
  };
}
