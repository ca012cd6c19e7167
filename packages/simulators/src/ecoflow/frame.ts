import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A field of `DisplayPropertyUpload` (254/21) of the DELTA 3 line: number and whether it is a float or a whole number. */
const DISPLAY_FIELDS = {
  powInSumW: [3, 'float'],
  powOutSumW: [4, 'float'],
  powGetAcIn: [54, 'float'],
  bmsBattSoc: [242, 'float'],
  bmsMaxCellTemp: [259, 'int32'],
  cmsBattSoc: [262, 'float'],
  cmsDsgRemTime: [268, 'uint32'],
  cmsChgRemTime: [269, 'uint32'],
} as const satisfies Readonly<Record<string, readonly [number, 'float' | 'int32' | 'uint32']>>;

/** What the frame of a DELTA 3 tells. */
export type DisplayValues = Readonly<Partial<Record<keyof typeof DISPLAY_FIELDS, number>>>;

/** The state of a DELTA 3 as a frame of one header, masked with its sequence number as the device does. */
export function displayFrame(sn: string, values: DisplayValues, seq = 0xa7): Uint8Array {
  const pdata = new BinaryWriter();
  for (const [name, value] of Object.entries(values)) {
    const [number, type] = DISPLAY_FIELDS[name as keyof typeof DISPLAY_FIELDS];
    if (type === 'float') pdata.tag(number, WireType.Bit32).float(value);
    else pdata.tag(number, WireType.Varint)[type](value);
  }
  const masked = pdata.finish().map((byte) => byte ^ (seq & 0xff));
  const header = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .bytes(masked)
    .tag(2, WireType.Varint)
    .int32(2)
    .tag(3, WireType.Varint)
    .int32(32)
    .tag(6, WireType.Varint)
    .int32(1)
    .tag(8, WireType.Varint)
    .int32(254)
    .tag(9, WireType.Varint)
    .int32(21)
    .tag(14, WireType.Varint)
    .int32(seq)
    .tag(25, WireType.LengthDelimited)
    .string(sn);
  return new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(header.finish()).finish();
}
