import { type FamilyName, tableOfFamily } from '../src/mapping/families.ts';
import { familyNameOf } from '../src/mapping/models.ts';
import { readJsonMessage, readQuotas } from '../src/payload/json-message.ts';
import type { Message } from '../src/payload/message.ts';
import { readPayload } from '../src/payload/read-payload.ts';
import { type DeviceState, EMPTY_STATE, merge } from '../src/payload/state.ts';
import { FrameEncoder } from './encode.ts';
import { readReference } from './reference.ts';

/** A capture of the reference. */
interface Fixture {
  readonly family: string;
  readonly sn: string;
  readonly productName: string;
  readonly kind: 'quota' | 'protobuf' | 'frames' | 'pushes' | 'get_reply';
  readonly data?: Readonly<Record<string, unknown>>;
  readonly messages?: unknown;
  readonly frames?: readonly { readonly hex: string; readonly size: number }[];
}

/** Every capture of the reference. */
export const FIXTURES = [
  'delta_2',
  'delta_2_max_two_slaves',
  'delta_3',
  'delta_3_flat',
  'delta_pro_3',
  'delta_pro_two_slaves',
  'frame_delta_3',
  'frames_stream_microinverter',
  'get_reply_river_2_max',
  'glacier',
  'powerstream',
  'pushes_river_max',
  'river_2_pro',
  'river_mini_byte_swapped',
  'smart_home_panel',
  'smart_home_panel_2',
  'smart_plug',
  'stream_ultra',
  'wave_2',
] as const;

export type FixtureName = (typeof FIXTURES)[number];

/** What the app makes of a capture. */
export interface Capture {
  readonly fixture: Fixture;
  readonly family: FamilyName;
  readonly messages: readonly Message[];
  readonly state: DeviceState;
}

/** Reads a capture in the way in which it would come over the wire. Frames that were cut are left out. */
export async function readCapture(name: FixtureName): Promise<Capture> {
  const fixture = readReference<Fixture>(`fixtures/${name}.json`);
  const family = familyNameOf(fixture.sn, fixture.productName);
  const messages = await messagesOf(fixture, family);
  const state = messages.reduce((latest, { readings }) => merge(latest, readings), EMPTY_STATE);
  return { fixture, family, messages, state };
}

async function messagesOf(
  { kind, data, messages, frames = [], family: source, sn }: Fixture,
  family: FamilyName,
): Promise<Message[]> {
  if (kind === 'quota') return [readQuotas(data)];
  if (kind === 'pushes' || kind === 'get_reply') return (messages as unknown[]).map(readJsonMessage);
  const options = { serialNumber: sn, table: await tableOfFamily(family) };
  if (kind === 'frames') {
    const whole = frames.filter(({ hex, size }) => hex.length === 2 * size);
    return whole.map(({ hex }) => readPayload(Buffer.from(hex, 'hex'), options));
  }
  const encoder = new FrameEncoder(source);
  // BMSHeartBeatReport1 is the report of the second battery.
  const members = Object.entries(messages as Readonly<Record<string, object>>);
  return members.map(([message, fields]) => readPayload(encoder.encode(message.replace(/1$/, ''), fields), options));
}
