/** A decoder of the tests' own: it shares nothing with the encoders it is held against. */

/** The envelope of an answer. */
export interface Answer {
  readonly control: string;
  readonly value: unknown;
  readonly code: number;
}

export function parseAnswer(text: string): Answer {
  const { LL } = JSON.parse(text) as { LL: { control: string; value: unknown; Code?: string; code?: number } };
  return { control: LL.control, value: LL.value, code: Number(LL.Code ?? LL.code) };
}

export interface Header {
  readonly identifier: number;
  readonly estimated: boolean;
  readonly length: number;
}

export function decodeHeader(bytes: Buffer): Header {
  if (bytes.length !== 8 || bytes[0] !== 3) throw new Error(`no header: ${bytes.toString('hex')}`);
  return { identifier: bytes[1]!, estimated: (bytes[2]! & 0x80) !== 0, length: bytes.readUInt32LE(4) };
}

function uuidAt(bytes: Buffer, offset: number): string {
  const hex = (start: number, end: number) => bytes.subarray(offset + start, offset + end);
  const little = (start: number, end: number) => Buffer.from(hex(start, end)).reverse().toString('hex');
  return `${little(0, 4)}-${little(4, 6)}-${little(6, 8)}-${hex(8, 16).toString('hex')}`;
}

export function decodeValues(table: Buffer): { uuid: string; value: number }[] {
  if (table.length % 24 !== 0) throw new Error(`value table of ${table.length} bytes`);
  return Array.from({ length: table.length / 24 }, (_, index) => ({
    uuid: uuidAt(table, index * 24),
    value: table.readDoubleLE(index * 24 + 16),
  }));
}

export function decodeTexts(table: Buffer): { uuid: string; uuidIcon: string; text: string }[] {
  const texts = [];
  let offset = 0;
  while (offset < table.length) {
    const length = table.readUInt32LE(offset + 32);
    const text = table.subarray(offset + 36, offset + 36 + length).toString('utf8');
    texts.push({ uuid: uuidAt(table, offset), uuidIcon: uuidAt(table, offset + 16), text });
    offset += 36 + length + ((4 - (length % 4)) % 4);
  }
  if (offset !== table.length) throw new Error(`text table ends at ${table.length}, not at ${offset}`);
  return texts;
}

export function decodeDaytimers(table: Buffer) {
  const daytimers = [];
  let offset = 0;
  while (offset < table.length) {
    const count = table.readInt32LE(offset + 24);
    const head = { uuid: uuidAt(table, offset), defValue: table.readDoubleLE(offset + 16) };
    const entries = Array.from({ length: count }, (_, index) => {
      const at = offset + 28 + index * 24;
      return {
        mode: table.readInt32LE(at),
        from: table.readInt32LE(at + 4),
        to: table.readInt32LE(at + 8),
        needActivate: table.readInt32LE(at + 12),
        value: table.readDoubleLE(at + 16),
      };
    });
    daytimers.push({ ...head, entries });
    offset += 28 + count * 24;
  }
  return daytimers;
}

const WEATHER_INTEGERS = ['timestamp', 'weatherType', 'windDirection', 'solarRadiation', 'relativeHumidity'];
const WEATHER_DOUBLES = [
  'temperature',
  'perceivedTemperature',
  'dewPoint',
  'precipitation',
  'windSpeed',
  'barometricPressure',
];

export function decodeWeather(table: Buffer) {
  const weather = [];
  let offset = 0;
  while (offset < table.length) {
    const count = table.readInt32LE(offset + 20);
    const entries = Array.from({ length: count }, (_, index) => {
      const at = offset + 24 + index * 68;
      const integers = WEATHER_INTEGERS.map((name, step) => [name, table.readInt32LE(at + step * 4)] as const);
      const doubles = WEATHER_DOUBLES.map((name, step) => [name, table.readDoubleLE(at + 20 + step * 8)] as const);
      return Object.fromEntries([...integers, ...doubles]);
    });
    weather.push({ uuid: uuidAt(table, offset), lastUpdate: table.readUInt32LE(offset + 16), entries });
    offset += 24 + count * 68;
  }
  return weather;
}
