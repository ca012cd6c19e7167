import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { readReference } from './reference.ts';
import { camelCase } from './wire.ts';

type SourceFields = readonly (readonly [number, string, string])[];

interface SourceTable {
  readonly commands: readonly { readonly cmdFunc: number; readonly cmdId: number; readonly message: string }[];
  readonly messages: Readonly<Record<string, SourceFields>>;
}

/** Writes frames by the field tables of the reference, independently of those of the app. */
export class FrameEncoder {
  readonly #table: SourceTable;

  /** @param family name of a table of the reference */
  constructor(family: string) {
    this.#table = readReference<SourceTable>(`protobuf/${family}.json`);
  }

  /** A masked frame with one message; the members may be snake or camel case. */
  encode(message: string, members: object, seq = 77): Uint8Array {
    const command = this.#table.commands.find((candidate) => candidate.message === message);
    if (command === undefined) throw new Error(`no command carries ${message}`);
    const pdata = this.#message(message, members).map((byte) => byte ^ (seq & 0xff));
    return encodeFrame({ pdata, cmdFunc: command.cmdFunc, cmdId: command.cmdId, seq, encType: 1, src: 2 });
  }

  #message(name: string, members: object): Uint8Array {
    const writer = new BinaryWriter();
    const fields = this.#table.messages[name] ?? [];
    for (const [member, value] of Object.entries(members)) {
      const field = fields.find(([, fieldName]) => camelCase(fieldName) === camelCase(member));
      if (field === undefined) throw new Error(`${name} has no field ${member}`);
      this.#field(writer, field, value);
    }
    return writer.finish();
  }

  #field(writer: BinaryWriter, [number, , type]: SourceFields[number], value: unknown): void {
    if (Array.isArray(value))
      for (const element of value) this.#value(writer, number, type.replace('repeated ', ''), element);
    else this.#value(writer, number, type, value);
  }

  #value(writer: BinaryWriter, number: number, type: string, value: unknown): void {
    if (this.#table.messages[type] !== undefined) {
      writer.tag(number, WireType.LengthDelimited).bytes(this.#message(type, value as object));
    } else if (type === 'string') writer.tag(number, WireType.LengthDelimited).string(String(value));
    else if (type === 'float') writer.tag(number, WireType.Bit32).float(Number(value));
    else if (type === 'sint32') writer.tag(number, WireType.Varint).sint32(Number(value));
    else if (type === 'uint32') writer.tag(number, WireType.Varint).uint32(Number(value));
    else writer.tag(number, WireType.Varint).int32(Number(value));
  }
}

/** Fields of a header that tests set. */
export interface HeaderFields {
  readonly pdata?: Uint8Array;
  readonly src?: number;
  readonly encType?: number;
  readonly cmdFunc?: number;
  readonly cmdId?: number;
  readonly seq?: number;
  readonly deviceSn?: string;
}

/** A frame of such headers. Absent fields are not written. */
export function encodeFrame(...headers: HeaderFields[]): Uint8Array {
  const frame = new BinaryWriter();
  for (const { pdata, deviceSn, src, encType, cmdFunc, cmdId, seq } of headers) {
    const header = new BinaryWriter();
    if (pdata !== undefined) header.tag(1, WireType.LengthDelimited).bytes(pdata);
    for (const [number, value] of [
      [2, src],
      [6, encType],
      [8, cmdFunc],
      [9, cmdId],
      [14, seq],
    ] as const) {
      if (value !== undefined) header.tag(number, WireType.Varint).int32(value);
    }
    if (deviceSn !== undefined) header.tag(25, WireType.LengthDelimited).string(deviceSn);
    frame.tag(1, WireType.LengthDelimited).bytes(header.finish());
  }
  return frame.finish();
}
