import { describe, expect, it } from 'vitest';
import { decodeDaytimers, decodeTexts, decodeValues, decodeWeather } from '../../../test/loxone/decode.ts';
import { hasReference, readReference } from '../../../test/loxone/reference.ts';
import { encodeDaytimers, encodeTexts, encodeValues, encodeWeather, type WeatherEvent } from './event-tables.ts';
import { NIL_UUID } from './uuid.ts';

const STATE = '0f869a64-0200-0a9b-ffffd4c75dbaf53c';

interface ValueTable {
  readonly payloadHex: string;
  readonly expected: { uuid: string; value: number | string }[];
}

interface TextTable {
  readonly payloadHex: string;
  readonly expected: { uuid: string; uuidIcon: string; text: string }[];
}

it.each([0, 1, 2, 3, 4, 5, 8])('pads a text of %i bytes to a multiple of four, the last one too', (length) => {
  const texts = ['x'.repeat(length), 'end'].map((text) => ({ uuid: STATE, iconUuid: NIL_UUID, text }));
  const table = encodeTexts(texts);
  expect(table.length % 4).toBe(0);
  expect(table.length).toBe(2 * 36 + Math.ceil(length / 4) * 4 + 4);
  expect(decodeTexts(table).map(({ text }) => text)).toEqual(['x'.repeat(length), 'end']);
});

it('writes an empty table as nothing', () => {
  for (const encode of [encodeValues, encodeTexts, encodeDaytimers, encodeWeather]) expect(encode([])).toHaveLength(0);
});

describe.skipIf(!hasReference)('the vectors of event tables', () => {
  it.each(['synthetic', 'captured'] as const)('value_states.json, %s, is written and read byte for byte', (part) => {
    const { payloadHex, expected } = readReference<Record<typeof part, ValueTable>>('vectors/value_states.json')[part];
    const events = expected.map(({ uuid, value }) => ({ uuid, value: Number(value) }));
    expect(encodeValues(events).toString('hex')).toBe(payloadHex);
    expect(decodeValues(Buffer.from(payloadHex, 'hex'))).toEqual(events);
  });

  it.each(['synthetic', 'captured'] as const)('text_states.json, %s, is written and read byte for byte', (part) => {
    const { payloadHex, expected } = readReference<Record<typeof part, TextTable>>('vectors/text_states.json')[part];
    const events = expected.map(({ uuid, uuidIcon, text }) => ({ uuid, iconUuid: uuidIcon, text }));
    expect(encodeTexts(events).toString('hex')).toBe(payloadHex);
    expect(decodeTexts(Buffer.from(payloadHex, 'hex'))).toEqual(expected);
  });

  it('daytimer_states.json is written and read byte for byte', () => {
    type Table = { payloadHex: string; expected: ReturnType<typeof decodeDaytimers> };
    const { payloadHex, expected } = readReference<Table>('vectors/daytimer_states.json');
    const events = expected.map(({ defValue, ...rest }) => ({ ...rest, defaultValue: defValue }));
    expect(encodeDaytimers(events).toString('hex')).toBe(payloadHex);
    expect(decodeDaytimers(Buffer.from(payloadHex, 'hex'))).toEqual(expected);
  });

  it('weather_states.json is written and read byte for byte', () => {
    type Table = { payloadHex: string; expected: WeatherEvent[] };
    const { payloadHex, expected } = readReference<Table>('vectors/weather_states.json');
    expect(encodeWeather(expected).toString('hex')).toBe(payloadHex);
    expect(decodeWeather(Buffer.from(payloadHex, 'hex'))).toEqual(expected);
  });
});
