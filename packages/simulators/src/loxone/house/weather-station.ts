import { toLoxoneSeconds } from '../wire/epoch.ts';
import type { WeatherEntry } from '../wire/event-tables.ts';
import { weatherAt } from './climate.ts';
import type { Rule } from './moment.ts';
import type { StateBoard } from './state-board.ts';

const HOUR_MS = 3_600_000;
const FORECAST_HOURS = 24;

/** The weather of a moment as a weather server reports it. */
export function weatherEntry(unixMs: number): WeatherEntry {
  const { celsius, sunshine, windKmh, humidityPercent, isRaining } = weatherAt(unixMs);
  return {
    timestamp: Math.max(0, toLoxoneSeconds(unixMs)),
    weatherType: isRaining ? 11 : 3,
    windDirection: 270,
    solarRadiation: Math.round(900 * sunshine),
    relativeHumidity: Math.round(humidityPercent),
    temperature: celsius,
    perceivedTemperature: celsius - windKmh / 20,
    dewPoint: celsius - (100 - humidityPercent) / 5,
    precipitation: isRaining ? 1.5 : 0,
    windSpeed: windKmh,
    barometricPressure: 1013.25,
  };
}

/** Brings weather and forecast up to date with each new hour; `name` is the state's, `actual` or `forecast`. */
export function weatherRule(
  board: StateBoard,
  states: readonly { readonly uuid: string; readonly name: string }[],
): Rule {
  let lastHour = Number.NaN;
  return ({ unixMs }) => {
    const hour = Math.floor(unixMs / HOUR_MS);
    if (hour === lastHour) return;
    lastHour = hour;
    for (const { uuid, name } of states) {
      const ahead = name === 'forecast' ? Array.from({ length: FORECAST_HOURS }, (_, index) => index + 1) : [0];
      const entries = ahead.map((hours) => weatherEntry((hour + hours) * HOUR_MS));
      board.moveWeather({ uuid, lastUpdate: Math.max(0, toLoxoneSeconds(unixMs)), entries });
    }
  };
}
