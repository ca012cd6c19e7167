import { type AppUnderTest, type Page, until } from '@device-exporters/exporter/testing';
import { createFakeClock } from '@device-exporters/retry/testing';
import { type Faults, type Miniserver, startMiniserver } from '@device-exporters/simulators';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { header, IDENTIFIER, message, valueTable } from './bytes.ts';
import { ended, follow, letWaitPass, startFollowing } from './followed.ts';
import { bothTold, followPair, type Pair } from './pair.ts';
import { structureFile, uuidOf } from './structure-file.ts';

const STATE = uuidOf(1);
const HOUSE = structureFile([{ name: 'Number', states: { number: STATE } }]);

let lastValue = 0;

/** Sends a value that was not there before and waits until it is on the page. */
async function expectFollowed(app: AppUnderTest, miniserver: Miniserver, name: string): Promise<Page> {
  const value = ++lastValue;
  return until(`${name} says ${value}`, async () => {
    // Again and again: a connection that is being made anew may miss an event.
    await miniserver.setValue(STATE, value);
    const page = await app.scrape();
    return page.value('loxone_control_value', { miniserver: name }) === value && page;
  });
}

function errorsOf(page: Page, miniserver: string): Record<string, number> {
  const lines = page.lines('loxone_protocol_errors_total', { miniserver }).filter(({ value }) => value > 0);
  return Object.fromEntries(lines.map(({ labels, value }) => [labels['reason'], value]));
}

function reconnectsOf(page: Page, miniserver: string): number {
  return page.lines('loxone_reconnects_total', { miniserver }).reduce((sum, { value }) => sum + value, 0);
}

/** Nothing that happened to the first one may show here. */
async function expectSecondUntouched({ app, second }: Pair): Promise<void> {
  const page = await expectFollowed(app, second, 'second');
  expect(errorsOf(page, 'second')).toEqual({});
  expect(reconnectsOf(page, 'second')).toBe(0);
  expect(second.ledger.connectionsOpened).toBe(1);
}

describe('what cannot be read is counted, and the connection kept', () => {
  const TABLE = valueTable([[uuidOf(99), 1]]);
  const CASES: readonly (readonly [string, Record<string, number>, (faults: Faults) => Promise<void>])[] = [
    ['a header that is none', { bad_header: 1 }, (faults) => faults.sendGarbageHeader()],
    ['a header of an unknown kind', { unknown_identifier: 1 }, (faults) => faults.sendUnknownIdentifier()],
    ['a table cut off within an entry', { bad_table: 1 }, (faults) => faults.sendTruncatedTable()],
    ['a text of two gigabytes in a few bytes', { bad_table: 1 }, (faults) => faults.sendHostileTextLength()],
    ['a payload of four gigabytes', { oversized: 1 }, (faults) => faults.sendAbsurdHeaderLength()],
    ['a message without its end', { truncated: 1 }, (faults) => faults.sendFrames(header(2, 48), TABLE)],
    [
      'an estimate without the exact header',
      { wrong_length: 1 },
      (faults) => faults.sendFrames(header(2, 9, 0x80), TABLE),
    ],
    ['an answer nobody asked for', { unexpected_answer: 1 }, (faults) => faults.sendFrames(header(0, 2), '{}')],
    ['a keepalive nobody asked for', { unexpected_answer: 1 }, (faults) => faults.sendFrames(header(6, 0))],
    ['a text without a header', { unexpected_answer: 1 }, (faults) => faults.sendFrames('hello?')],
    [
      'a daytimer of a million entries',
      { bad_table: 1 },
      (faults) => faults.sendFrames(...message(4, absurdCount(24))),
    ],
    ['weather of a million hours', { bad_table: 1 }, (faults) => faults.sendFrames(...message(7, absurdCount(20)))],
  ];

  test.each(CASES)('%s: %j', async (_, expected, send) => {
    await using pair = await followPair({ house: HOUSE });
    const { app, first } = pair;
    await bothTold(pair);
    await send(first.faults);
    const page = await expectFollowed(app, first, 'first');
    expect(errorsOf(page, 'first')).toEqual(expected);
    expect(reconnectsOf(page, 'first')).toBe(0);
    expect(first.ledger.connectionsOpened).toBe(1);
    await expectSecondUntouched(pair);
    const [reason = ''] = Object.keys(expected);
    expect(await app.logged('the Miniserver sent what cannot be read')).toMatchObject({
      level: 'WARN',
      miniserver: 'first',
      reason,
      detail: expect.any(String),
    });
  });
});

/** A list state that counts more entries than there are bytes. */
function absurdCount(offset: number): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeInt32LE(1_000_000, offset);
  return bytes;
}

test('a thousand bad frames are counted each and logged once', async () => {
  await using pair = await followPair({ house: HOUSE });
  const { app, first } = pair;
  await bothTold(pair);
  for (let turn = 0; turn < 1_000; turn++) await first.faults.sendGarbageHeader();
  const page = await expectFollowed(app, first, 'first');
  expect(errorsOf(page, 'first')).toEqual({ bad_header: 1_000 });
  expect(app.records.filter(({ reason }) => reason === 'bad_header')).toHaveLength(1);
  await expectSecondUntouched(pair);
});

test('lengths that are announced take no memory', async () => {
  await using followed = await follow({ miniserver: { house: HOUSE } });
  const { app, miniserver } = followed;
  await expectFollowed(app, miniserver, 'home');
  const before = process.memoryUsage();
  for (let turn = 0; turn < 200; turn++) {
    await miniserver.faults.sendFrames(header(IDENTIFIER.values, 0x01ff_ffff), header(IDENTIFIER.texts, 0xffff_ffff));
    await miniserver.faults.sendHostileTextLength();
  }
  await expectFollowed(app, miniserver, 'home');
  const after = process.memoryUsage();
  // Each of the first kind announces 32 MiB, which is allowed, and none sends them.
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(16 * 1024 * 1024);
  expect(after.rss - before.rss).toBeLessThan(128 * 1024 * 1024);
  expect((await app.scrape()).value('loxone_exporter_connected')).toBe(1);
});

describe('a connection whose WebSocket itself is broken is made anew', () => {
  test.each([
    ['reserved bits', 'ff ff ff ff'],
    ['a frame of a terabyte', '82 7f 00 00 01 00 00 00 00 00'],
    ['a masked frame', '82 84 01 02 03 04 05 06 07 08'],
    ['a continuation of nothing', '80 01 00'],
    ['a close frame of one byte', '88 01 03'],
    ['a text that is no UTF-8', '81 02 c3 28'],
    ['something that is no WebSocket at all', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n').toString('hex')],
  ])('%s', async (_, hex) => {
    const clock = createFakeClock(Date.now());
    await using pair = await followPair({ house: HOUSE }, clock);
    const { app, first } = pair;
    await bothTold(pair);
    first.faults.sendRaw(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    await ended(app);
    await letWaitPass(app, clock);
    const page = await expectFollowed(app, first, 'first');
    expect(page.value('loxone_reconnects_total', { miniserver: 'first', reason: 'protocol' })).toBe(1);
    expect(page.value('loxone_exporter_connected', { miniserver: 'first' })).toBe(1);
    await expectSecondUntouched(pair);
  });
});

describe('an answer that is none costs one attempt', () => {
  const RAW = ['', '{', '<html>', '{"LL":null}', '[]', 'null', '{"LL":{"control":"","value":{},"Code":"what"}}'];
  test.each([
    'jdev/sys/keyexchange',
    'jdev/sys/getkey2',
    'jdev/sys/getjwt',
    'data/LoxAPP3.json',
    'jdev/sps/LoxAPPversion3',
    'jdev/sps/enablebinstatusupdate',
  ])('%s', async (command) => {
    const clock = createFakeClock(Date.now());
    await using miniserver = await startMiniserver({ house: HOUSE, eventsPerSecond: 0 });
    for (const raw of RAW) miniserver.faults.answerWith(command, { code: 200, raw });
    await using app = await startFollowing(miniserver, { clock });
    for (let attempt = 1; attempt <= RAW.length; attempt++) {
      expect(await ended(app, attempt)).toMatchObject({ reason: 'protocol' });
      await letWaitPass(app, clock);
    }
    const page = await expectFollowed(app, miniserver, 'home');
    expect(page.value('loxone_reconnects_total', { reason: 'protocol' })).toBe(RAW.length);
    expect(reconnectsOf(page, 'home')).toBe(RAW.length);
    expect(page.value('loxone_authentication_failures_total')).toBe(0);
  });
});

/** Frames as a Miniserver gone mad might send them: some nearly right, some not at all. */
const anyFrame = fc.oneof(
  fc.uint8Array({ maxLength: 64 }).map((bytes) => [Buffer.from(bytes)]),
  fc
    .tuple(fc.nat(8), fc.nat(80), fc.constantFrom(0, 0x80, 1), fc.uint8Array({ maxLength: 80 }))
    // 5 says that the Miniserver goes out of service, and is believed.
    .map(([id, length, flags, bytes]) => [header(id === 5 ? 2 : id, length, flags), Buffer.from(bytes)]),
  fc
    .tuple(fc.constantFrom(2, 3, 4, 7), fc.uint8Array({ maxLength: 200 }))
    .map(([id, bytes]) => message(id, Buffer.from(bytes))),
  fc.constantFrom([valueTable([[STATE, 1]])], [header(2, 24)], [header(0, 0)], [header(1, 4)]),
);

test('hundreds of random frames break nothing', async () => {
  await using pair = await followPair({ house: HOUSE });
  const { app, first } = pair;
  await bothTold(pair);
  const frames = fc.sample(anyFrame, { numRuns: 600, seed: 20260102 });
  for (const some of frames) await first.faults.sendFrames(...some);
  const page = await expectFollowed(app, first, 'first');
  expect(Object.values(errorsOf(page, 'first')).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100);
  expect(page.value('loxone_exporter_connected', { miniserver: 'first' })).toBe(1);
  await expectSecondUntouched(pair);
});
