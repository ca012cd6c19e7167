import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { int32, pooled, textEntry, uuidBytes } from '../test/wire.ts';
import { StateTable } from './state-table.ts';
import { decodeTextStates } from './text-states.ts';

const MOOD = '15beed5b-01ab-d81f-ffff403fb0c34b9e';
const SONG = '15beed5b-01ab-d820-ffff403fb0c34b9e';
const UNKNOWN = '00000000-0000-0000-0000000000000001';
const NO_ICON = '00000000-0000-0000-0000000000000000';

function setup() {
  const table = new StateTable();
  table.add(MOOD, 0);
  table.add(SONG, 1);
  const events: [state: number, text: string, icon: string][] = [];
  const decode = (payload: Uint8Array) =>
    decodeTextStates(payload, table, (state, { text, iconUuid }) => events.push([state, text, iconUuid]));
  return { table, events, decode };
}

describe('a table of text states', () => {
  test('gives each registered state its text and icon, and counts the rest', () => {
    const { events, decode } = setup();
    const payload = Buffer.concat([
      textEntry(MOOD, NO_ICON, '[778]'),
      textEntry(UNKNOWN, NO_ICON, 'whatever'),
      textEntry(SONG, MOOD, 'größe ✓ 😀'),
    ]);
    expect(decode(pooled(payload))).toEqual({ entries: 3, unknown: 1, fault: undefined });
    expect(events).toEqual([
      [0, '[778]', NO_ICON],
      [1, 'größe ✓ 😀', MOOD],
    ]);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('reads on behind a text of %i bytes', (length) => {
    const { events, decode } = setup();
    decode(Buffer.concat([textEntry(MOOD, NO_ICON, 'x'.repeat(length)), textEntry(SONG, NO_ICON, 'next')]));
    expect(events.map(([, text]) => text)).toEqual(['x'.repeat(length), 'next']);
  });

  test('keeps what stands in a text: NUL, line feed, byte order mark', () => {
    const { events, decode } = setup();
    decode(textEntry(MOOD, NO_ICON, '\uFEFFa\u0000b\nc'));
    expect(events[0]?.[1]).toBe('\uFEFFa\u0000b\nc');
  });

  test('gives a text to all states that share a UUID', () => {
    const { table, events, decode } = setup();
    table.add(MOOD, 2);
    decode(textEntry(MOOD, NO_ICON, 'both'));
    expect(events.map(([state]) => state)).toEqual([2, 0]);
  });

  test('may lack the zeros behind its last text', () => {
    const { events, decode } = setup();
    const payload = textEntry(MOOD, NO_ICON, 'abcde');
    expect(decode(payload.subarray(0, -3)).fault).toBeUndefined();
    expect(events[0]?.[1]).toBe('abcde');
  });

  test('that ends inside a head gives what is complete, and a fault', () => {
    const { events, decode } = setup();
    const payload = Buffer.concat([textEntry(MOOD, NO_ICON, 'abcd'), uuidBytes(SONG)]);
    expect(decode(payload)).toEqual({
      entries: 1,
      unknown: 0,
      fault: {
        reason: 'bad_table',
        detail: 'text states after 1 entries: expected 36 bytes before a text, found 16',
      },
    });
    expect(events).toHaveLength(1);
  });

  test.each([5, 0x7fff_ffff, 0xffff_ffff])('that claims %i bytes of a text of 4 is a fault', (length) => {
    const { events, decode } = setup();
    const payload = Buffer.concat([uuidBytes(MOOD), uuidBytes(NO_ICON), int32(length), Buffer.from('abcd')]);
    expect(decode(payload)).toEqual({
      entries: 0,
      unknown: 0,
      fault: { reason: 'bad_table', detail: `text states after 0 entries: expected ${length} bytes of text, found 4` },
    });
    expect(events).toEqual([]);
  });

  test('of any bytes is read without an error', () => {
    const holds = fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
      expect(setup().decode(payload).entries).toBeLessThanOrEqual(payload.length / 36);
    });
    fc.assert(holds);
  });
});
