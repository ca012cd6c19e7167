import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../../test/encode.ts';
import { parseFamilyTable } from './field-table.ts';
import { BadPayloadError, MAX_PAYLOAD_BYTES } from './message.ts';
import { parseJson, readPayload } from './read-payload.ts';

const table = parseFamilyTable({
  commands: { '254_21': { message: 'Display', prefix: '' }, '32_50': { message: 'BMSHeartBeatReport', prefix: '' } },
  ignored: ['254_32'],
  messages: {
    Display: ['1 count uint32', '2 watts float', '3 deep Deep', '4 list repeated sint32'],
    Deep: ['1 deep Deep', '2 on bool'],
    BMSHeartBeatReport: ['1 num uint32', '6 soc uint32'],
  },
});
const options = { serialNumber: 'MINE', table };
const display = { cmdFunc: 254, cmdId: 21 };

function read(payload: Uint8Array) {
  const { readings, ...rest } = readPayload(payload, options);
  return { ...rest, values: Object.fromEntries(readings.values) };
}

describe('a frame', () => {
  const watts = new BinaryWriter().tag(2, WireType.Bit32).float(1.5).finish();

  test('holds a zero that is on the wire', () => {
    const pdata = new BinaryWriter().tag(1, WireType.Varint).uint32(0).tag(2, WireType.Bit32).float(0).finish();
    expect(read(encodeFrame({ ...display, pdata })).values).toEqual({ count: 0, watts: 0 });
  });

  test('loses one field, not all, whose wire type is not that of the table', () => {
    const pdata = new BinaryWriter()
      .tag(1, WireType.Bit32)
      .float(1)
      .raw(watts)
      .tag(3, WireType.Varint)
      .uint32(1)
      .finish();
    expect(read(encodeFrame({ ...display, pdata })).values).toEqual({ watts: 1.5 });
  });

  test('may say that it is masked and not be', () => {
    expect(read(encodeFrame({ ...display, pdata: watts, encType: 1, src: 2, seq: 0x3d })).values).toEqual({
      watts: 1.5,
    });
  });

  test('of another device is skipped', () => {
    expect(read(encodeFrame({ ...display, pdata: watts, deviceSn: 'OTHER' }))).toMatchObject({
      values: {},
      isOnline: undefined,
    });
  });

  test('with an unknown command counts it, and shows that the device lives', () => {
    const frame = encodeFrame(
      { cmdFunc: 254, cmdId: 40, pdata: watts },
      { cmdFunc: 254, cmdId: 17, pdata: watts },
      { cmdFunc: 254, cmdId: 32, pdata: watts },
    );
    expect(read(frame)).toMatchObject({ unknownCommands: [{ func: 254, id: 40 }], isOnline: true });
  });

  test('of an extra battery does not overwrite the main one', () => {
    const report = (num: number, soc: number) => {
      const pdata = new BinaryWriter().tag(1, WireType.Varint).uint32(num).tag(6, WireType.Varint).uint32(soc).finish();
      return { cmdFunc: 32, cmdId: 50, pdata };
    };
    expect(read(encodeFrame(report(0, 50), report(2, 70))).values).toMatchObject({ soc: 50, 'bmsSlave2.soc': 70 });
  });

  test('that nests without end is read as deep as messages go', () => {
    let deep: Uint8Array = new BinaryWriter().tag(2, WireType.Varint).bool(true).finish();
    for (let depth = 0; depth < 200; depth++)
      deep = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(deep).finish();
    const pdata = new BinaryWriter().tag(3, WireType.LengthDelimited).bytes(deep).raw(watts).finish();
    expect(read(encodeFrame({ ...display, pdata })).values).toEqual({ watts: 1.5 });
  });

  test('with a list of any length gives no more elements than are worth a series', () => {
    const pdata = new BinaryWriter().tag(4, WireType.LengthDelimited).bytes(new Uint8Array(100_000)).finish();
    expect(Object.keys(read(encodeFrame({ ...display, pdata })).values)).toHaveLength(64);
  });

  test('is refused when nothing in it can be decoded', () => {
    const pdata = Uint8Array.of(0x0f);
    expect(() => read(encodeFrame({ ...display, pdata }))).toThrow(BadPayloadError);
    expect(read(encodeFrame({ ...display, pdata }, { ...display, pdata: watts })).values).toEqual({ watts: 1.5 });
  });

  test('may be valid UTF-8, and base64 text may hold one', () => {
    const frame = encodeFrame({ ...display, pdata: Uint8Array.of(0x08, 0x07), encType: 0 });
    expect(read(frame).values).toEqual({ count: 7 });
    expect(read(Buffer.from(`${Buffer.from(frame).toString('base64')}\n`)).values).toEqual({ count: 7 });
  });
});

test('a JSON object is parsed, and nothing else', () => {
  expect(parseJson(Buffer.from('\r\n {"params":{"status":1}}'))).toEqual({ params: { status: 1 } });
  for (const text of ['', ' ', '[]', '"a"', '{"a"']) expect(parseJson(Buffer.from(text))).toBeUndefined();
});

describe('a payload', () => {
  test('is JSON when it begins and parses like it, also after blanks', () => {
    expect(read(Buffer.from(' \n{"params":{"a":1}}'))).toMatchObject({ encoding: 'json', values: { a: 1 } });
  });

  test.each(['', '{', '{"a":', 'hello', '[1]', '<html>', 'AAAA'])('is refused when it is %j', (text) => {
    expect(() => read(Buffer.from(text))).toThrow(BadPayloadError);
  });

  test('is refused unread when it is longer than any message', () => {
    expect(() => read(new Uint8Array(MAX_PAYLOAD_BYTES + 1))).toThrow(BadPayloadError);
  });

  test('is junk while a battery module starts', () => {
    const payload = Buffer.from('{"params":{"ems.openBmsIdx":0,"bmsMaster.soc":0}}');
    const junkMarks = ['ems.openBmsIdx', 'bmsMaster.bqSysStatReg'];
    expect(readPayload(payload, { ...options, junkMarks }).readings.values.size).toBe(0);
    expect(readPayload(payload, options).readings.values.size).toBe(2);
  });
});
