import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { dynamicNameOf } from '../src/mapping/dynamic-name.ts';
import { familyOf, tableOfFamily } from '../src/mapping/families.ts';
import { readTyped } from '../src/mapping/read-typed.ts';
import type { FamilyTable } from '../src/payload/field-table.ts';
import { BadPayloadError } from '../src/payload/message.ts';
import { readPayload } from '../src/payload/read-payload.ts';
import { MAX_KEYS } from '../src/payload/readings.ts';
import { EMPTY_STATE, merge } from '../src/payload/state.ts';
import { encodeFrame } from './encode.ts';
import { hasReference, readReference } from './reference.ts';

let table: FamilyTable;

beforeAll(async () => {
  table = await tableOfFamily('delta_3');
});

/** Takes a payload all the way to names and values; only one kind of error may come out. */
function digest(payload: Uint8Array): void {
  try {
    const { readings } = readPayload(payload, { serialNumber: 'SN', table });
    const state = merge(EMPTY_STATE, readings);
    expect(state.values.size).toBeLessThanOrEqual(MAX_KEYS);
    for (const [key, value] of state.values) {
      expect(Number.isFinite(value)).toBe(true);
      expect(dynamicNameOf(key).name).toMatch(/^[a-z0-9_]*$/);
    }
    for (const { value } of readTyped(state, familyOf('unlisted').rules)) expect(Number.isFinite(value)).toBe(true);
  } catch (error) {
    expect(error).toBeInstanceOf(BadPayloadError);
  }
}

describe('whatever comes in', () => {
  test('random bytes do no harm', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), digest), { numRuns: 2_000 });
  });

  test('random bytes in a good header do no harm', () => {
    const header = fc.record({
      pdata: fc.uint8Array({ maxLength: 300 }),
      cmdFunc: fc.constantFrom(254, 32, 2, 0),
      cmdId: fc.constantFrom(21, 22, 50, 2, 0),
      encType: fc.constantFrom(0, 1),
      seq: fc.nat(),
      src: fc.constantFrom(2, 32),
    });
    fc.assert(
      fc.property(fc.array(header, { minLength: 1, maxLength: 5 }), (headers) => digest(encodeFrame(...headers))),
      { numRuns: 2_000 },
    );
  });

  test('any JSON does no harm', () => {
    const message = fc.oneof(
      fc.json({ maxDepth: 5 }),
      fc.jsonValue({ maxDepth: 4 }).map((params) => JSON.stringify({ params })),
      fc.jsonValue({ maxDepth: 4 }).map((data) => JSON.stringify({ operateType: 'latestQuotas', data })),
    );
    fc.assert(
      fc.property(message, (text) => digest(Buffer.from(text))),
      { numRuns: 2_000 },
    );
  });

  test.each(['[', '{"a":'])('a hundred thousand times %s does no harm', (open) => {
    digest(Buffer.from(`{"params":${open.repeat(100_000)}`));
    digest(Buffer.from(`{"params":${open.repeat(20_000)}1${(open === '[' ? ']' : '}').repeat(20_000)}}`));
  });

  test('a megabyte of lists ends soon, and is bounded', () => {
    const list = `[${Array.from({ length: 60 }, () => `[${'1,'.repeat(4_000)}1]`).join(',')}]`;
    const startedAt = performance.now();
    digest(Buffer.from(`{"params":{"a":${list}}}`));
    digest(
      encodeFrame(...Array.from({ length: 200 }, () => ({ pdata: new Uint8Array(4_000), cmdFunc: 254, cmdId: 21 }))),
    );
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test.runIf(hasReference)('a good frame with flipped bytes does no harm', () => {
    const { frames } = readReference<{ frames: { hex: string }[] }>('fixtures/frame_delta_3.json');
    const frame = Buffer.from(frames[0]?.hex ?? '', 'hex');
    const flip = fc.tuple(fc.nat(frame.length - 1), fc.integer({ min: 1, max: 255 }));
    const mutations = fc.array(flip, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(mutations, (flips) => {
        const mutated = Uint8Array.from(frame);
        for (const [at, mask] of flips) mutated[at] = (mutated[at] ?? 0) ^ mask;
        digest(mutated);
      }),
      { numRuns: 2_000 },
    );
  });
});
