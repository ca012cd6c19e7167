import { describe, expect, test } from 'vitest';
import { decodeDaytimerStates } from '../src/daytimer-states.ts';
import { parseEnvelope, readObject } from '../src/envelope.ts';
import { readHeader } from '../src/header.ts';
import { StateTable } from '../src/state-table.ts';
import { decodeTextStates } from '../src/text-states.ts';
import { formatUuid, parseUuid } from '../src/uuid.ts';
import { decodeValueStates } from '../src/value-states.ts';
import { decodeWeatherStates } from '../src/weather-states.ts';
import { hasReference, readReference } from './reference.ts';
import { hex } from './wire.ts';

const LOXONE_EPOCH = Date.UTC(2009, 0, 1) / 1_000;

const KIND_BY_NAME: Record<string, string> = { 'Text-Message': 'text', 'Binary File': 'file' };

/** A table that knows the UUIDs, each as the state of its place. */
function tableOf(entries: readonly { uuid: string }[]): StateTable {
  const table = new StateTable();
  for (const [state, { uuid }] of entries.entries()) table.add(uuid, state);
  return table;
}

describe.skipIf(!hasReference)('the vectors of ../shared/reference/loxone', () => {
  test('agree on UUIDs', () => {
    const { cases } = readReference<{ cases: { bytes: string; text: string }[] }>('vectors/uuid.json');
    expect(cases.length).toBeGreaterThan(20);
    for (const { bytes, text } of cases) {
      const wire = parseUuid(text);
      expect(Buffer.from(wire.buffer).toString('hex')).toBe(bytes);
      expect(formatUuid(wire)).toBe(text);
    }
  });

  test('agree on headers', () => {
    interface HeaderCase {
      hex: string;
      identifier: number;
      name: string;
      estimated: boolean;
      length: number;
    }
    for (const expected of readReference<{ cases: HeaderCase[] }>('vectors/headers.json').cases) {
      const { identifier, estimated, length: lengthBytes, name } = expected;
      const kind = KIND_BY_NAME[name] ?? name.toLowerCase();
      expect(readHeader(hex(expected.hex))).toEqual({ identifier, kind, estimated, lengthBytes });
    }
  });

  test.each(['synthetic', 'captured'] as const)('agree on %s value states', (which) => {
    interface ValueTable {
      payloadHex: string;
      expected: { uuid: string; value: number | string }[];
    }
    const { payloadHex, expected } =
      readReference<Record<typeof which, ValueTable>>('vectors/value_states.json')[which];
    const values: number[] = [];
    const reading = decodeValueStates(hex(payloadHex), tableOf(expected), (state, value) => {
      values[state] = value;
    });
    expect(reading).toEqual({ entries: expected.length, unknown: 0, fault: undefined });
    expect(values).toEqual(expected.map(({ value }) => Number(value)));
  });

  test.each(['synthetic', 'captured'] as const)('agree on %s text states', (which) => {
    interface TextTable {
      payloadHex: string;
      expected: { uuid: string; uuidIcon: string; text: string }[];
    }
    const { payloadHex, expected } = readReference<Record<typeof which, TextTable>>('vectors/text_states.json')[which];
    const found: { uuidIcon: string; text: string }[] = [];
    const reading = decodeTextStates(hex(payloadHex), tableOf(expected), (state, { iconUuid, text }) => {
      found[state] = { uuidIcon: iconUuid, text };
    });
    expect(reading).toEqual({ entries: expected.length, unknown: 0, fault: undefined });
    expect(found).toEqual(expected.map(({ uuidIcon, text }) => ({ uuidIcon, text })));
  });

  test('agree on daytimer states', () => {
    interface Entry {
      mode: number;
      from: number;
      to: number;
      needActivate: number;
      value: number;
    }
    const { payloadHex, expected } = readReference<{
      payloadHex: string;
      expected: { uuid: string; defValue: number; entries: Entry[] }[];
    }>('vectors/daytimer_states.json');
    expect(decodeDaytimerStates(hex(payloadHex))).toEqual({
      fault: undefined,
      states: expected.map(({ uuid, defValue, entries }) => ({
        uuid,
        defaultValue: defValue,
        entries: entries.map(({ mode, from, to, needActivate, value }) => ({
          ...{ mode, fromMinutes: from, toMinutes: to, needsActivation: needActivate === 1, value },
        })),
      })),
    });
  });

  test('agree on weather states', () => {
    interface Entry {
      timestamp: number;
      windDirection: number;
      relativeHumidity: number;
    }
    const { payloadHex, expected } = readReference<{
      payloadHex: string;
      expected: { uuid: string; lastUpdate: number; entries: Entry[] }[];
    }>('vectors/weather_states.json');
    expect(decodeWeatherStates(hex(payloadHex))).toEqual({
      fault: undefined,
      states: expected.map(({ uuid, lastUpdate, entries }) => ({
        uuid,
        lastUpdateUnixSeconds: lastUpdate + LOXONE_EPOCH,
        entries: entries.map(({ timestamp, windDirection, relativeHumidity, ...same }) => ({
          ...same,
          unixSeconds: timestamp + LOXONE_EPOCH,
          windDirectionDegrees: windDirection,
          relativeHumidityPercent: relativeHumidity,
        })),
      })),
    });
  });

  test('agree on envelopes', () => {
    interface EnvelopeCase {
      json: string;
      code: number;
      apiValue?: object;
    }
    for (const { json, code, apiValue } of readReference<{ cases: EnvelopeCase[] }>('vectors/envelopes.json').cases) {
      const envelope = parseEnvelope(json);
      expect(envelope.code).toBe(code);
      if (apiValue !== undefined) expect(readObject(envelope.value)).toEqual(apiValue);
    }
  });
});
