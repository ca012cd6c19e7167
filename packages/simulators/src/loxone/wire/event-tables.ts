import { UUID_BYTES, writeUuid } from './uuid.ts';

/** A number that a state now has. */
export interface ValueEvent {
  readonly uuid: string;
  readonly value: number;
}

/** A text that a state now has, with the icon beside it. */
export interface TextEvent {
  readonly uuid: string;
  readonly iconUuid: string;
  readonly text: string;
}

/** A time table: what a daytimer does when. */
export interface DaytimerEvent {
  readonly uuid: string;
  readonly defaultValue: number;
  readonly entries: readonly DaytimerEntry[];
}

/** One period of a day; `from` and `to` in minutes after midnight. */
export interface DaytimerEntry {
  readonly mode: number;
  readonly from: number;
  readonly to: number;
  readonly needActivate: number;
  readonly value: number;
}

/** Weather now or to come; `lastUpdate` and `timestamp` in seconds since 2009-01-01 UTC. */
export interface WeatherEvent {
  readonly uuid: string;
  readonly lastUpdate: number;
  readonly entries: readonly WeatherEntry[];
}

/** Degrees, W/m², percent, °C, mm, km/h and hPa, in the order of the wire. */
export interface WeatherEntry {
  readonly timestamp: number;
  readonly weatherType: number;
  readonly windDirection: number;
  readonly solarRadiation: number;
  readonly relativeHumidity: number;
  readonly temperature: number;
  readonly perceivedTemperature: number;
  readonly dewPoint: number;
  readonly precipitation: number;
  readonly windSpeed: number;
  readonly barometricPressure: number;
}

/** States that changed, or all there are, sorted by the table they travel in. */
export interface EventBatch {
  readonly values: readonly ValueEvent[];
  readonly texts: readonly TextEvent[];
  readonly daytimers: readonly DaytimerEvent[];
  readonly weather: readonly WeatherEvent[];
}

const VALUE_BYTES = UUID_BYTES + 8;
const TABLE_HEAD_BYTES = UUID_BYTES + 12;
const DAYTIMER_ENTRY_BYTES = 24;
const WEATHER_ENTRY_BYTES = 68;

/** Payload of identifier 2: 24 bytes an entry (PROTOCOL §3.3). */
export function encodeValues(events: readonly ValueEvent[]): Buffer {
  const table = Buffer.alloc(events.length * VALUE_BYTES);
  for (const [index, event] of events.entries()) {
    writeUuid(table, event.uuid, index * VALUE_BYTES);
    table.writeDoubleLE(event.value, index * VALUE_BYTES + UUID_BYTES);
  }
  return table;
}

/** Payload of identifier 3: texts counted in bytes and padded with zeros to a multiple of 4, the last one too. */
export function encodeTexts(events: readonly TextEvent[]): Buffer {
  return Buffer.concat(events.map(encodeText));
}

function encodeText(event: TextEvent): Buffer {
  const text = Buffer.from(event.text, 'utf8');
  const textStart = 2 * UUID_BYTES + 4;
  const entry = Buffer.alloc(textStart + Math.ceil(text.length / 4) * 4);
  writeUuid(entry, event.uuid, 0);
  writeUuid(entry, event.iconUuid, UUID_BYTES);
  entry.writeUInt32LE(text.length, 2 * UUID_BYTES);
  text.copy(entry, textStart);
  return entry;
}

/** Payload of identifier 4. */
export function encodeDaytimers(events: readonly DaytimerEvent[]): Buffer {
  return Buffer.concat(events.map(encodeDaytimer));
}

function encodeDaytimer(event: DaytimerEvent): Buffer {
  const table = Buffer.alloc(TABLE_HEAD_BYTES + event.entries.length * DAYTIMER_ENTRY_BYTES);
  writeUuid(table, event.uuid, 0);
  table.writeDoubleLE(event.defaultValue, UUID_BYTES);
  let offset = table.writeInt32LE(event.entries.length, UUID_BYTES + 8);
  for (const entry of event.entries) {
    for (const number of [entry.mode, entry.from, entry.to, entry.needActivate]) {
      offset = table.writeInt32LE(number, offset);
    }
    offset = table.writeDoubleLE(entry.value, offset);
  }
  return table;
}

/** Payload of identifier 7. */
export function encodeWeather(events: readonly WeatherEvent[]): Buffer {
  return Buffer.concat(events.map(encodeWeatherEvent));
}

function encodeWeatherEvent(event: WeatherEvent): Buffer {
  const table = Buffer.alloc(UUID_BYTES + 8 + event.entries.length * WEATHER_ENTRY_BYTES);
  writeUuid(table, event.uuid, 0);
  table.writeUInt32LE(event.lastUpdate, UUID_BYTES);
  let offset = table.writeInt32LE(event.entries.length, UUID_BYTES + 4);
  for (const entry of event.entries) offset = writeWeatherEntry(table, entry, offset);
  return table;
}

function writeWeatherEntry(table: Buffer, entry: WeatherEntry, start: number): number {
  const { timestamp, weatherType, windDirection, solarRadiation, relativeHumidity } = entry;
  const { temperature, perceivedTemperature, dewPoint, precipitation, windSpeed, barometricPressure } = entry;
  let offset = start;
  for (const number of [timestamp, weatherType, windDirection, solarRadiation, relativeHumidity]) {
    offset = table.writeInt32LE(number, offset);
  }
  for (const number of [temperature, perceivedTemperature, dewPoint, precipitation, windSpeed, barometricPressure]) {
    offset = table.writeDoubleLE(number, offset);
  }
  return offset;
}
