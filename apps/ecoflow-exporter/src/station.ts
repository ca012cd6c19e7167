import type { DeviceHealth, Log } from '@device-exporters/exporter';
import type { Labels, SeriesGroup, SeriesRegistry } from '@device-exporters/metrics';
import type { DynamicFamilies } from './dynamic-families.ts';
import { dynamicNameOf } from './mapping/dynamic-name.ts';
import { type FamilyName, familyOf, tableOfFamily } from './mapping/families.ts';
import { familyNameOf } from './mapping/models.ts';
import { readTyped } from './mapping/read-typed.ts';
import type { TypedLabel } from './mapping/typed-reading.ts';
import type { DeviceLabel, Metrics } from './metrics.ts';
import type { DeviceNames } from './naming.ts';
import type { FamilyTable } from './payload/field-table.ts';
import type { Command, Message } from './payload/message.ts';
import { type DecodedPayload, readPayload } from './payload/read-payload.ts';
import type { Readings } from './payload/readings.ts';
import { type DeviceState, EMPTY_STATE, merge } from './payload/state.ts';

/** What the series of all stations share. */
export interface StationContext {
  readonly registry: SeriesRegistry;
  readonly metrics: Metrics;
  readonly dynamic: DynamicFamilies | undefined;
  readonly isTyped: boolean;
  readonly log: Log;
}

/** More unknown commands than these are counted together. */
const MOST_COMMANDS = 100;

/** One device: everything that it has said and not taken back, and whether it is on line. */
export class Station {
  readonly sn: string;
  readonly labels: Readonly<Record<DeviceLabel, string>>;
  readonly #context: StationContext;
  readonly #family: ReturnType<typeof familyOf>;
  readonly #table: FamilyTable;
  readonly #isUnlisted: boolean;
  readonly #data: SeriesGroup;
  readonly #own: SeriesGroup;
  readonly #commands = new Set<string>();
  #state: DeviceState = EMPTY_STATE;
  #isOnline: boolean | undefined;
  #lastDataMs: number | undefined;
  /** Whether the page says less than the state. */
  #isStale = false;

  private constructor(sn: string, names: DeviceNames, context: StationContext, family: FamilyName, table: FamilyTable) {
    this.sn = sn;
    this.#context = context;
    this.#family = familyOf(family);
    this.#table = table;
    this.#isUnlisted = family === 'unlisted';
    this.#data = context.registry.group();
    this.#own = context.registry.group();
    this.labels = {
      device: sn,
      device_name: names.deviceName,
      product_name: names.productName,
      device_general_key: names.generalKey,
    };
    this.#own.series(context.metrics.deviceInfo, this.labels).set(1);
  }

  /** A station; loads what its family speaks. */
  static async create(sn: string, names: DeviceNames, context: StationContext): Promise<Station> {
    const family = familyNameOf(sn, names.productName);
    return new Station(sn, names, context, family, await tableOfFamily(family));
  }

  get isOnline(): boolean | undefined {
    return this.#isOnline;
  }

  /** Whether it may speak protobuf: then it does not answer a request in JSON. */
  get mayBeProtobuf(): boolean {
    return this.#family.table !== undefined;
  }

  /** Whether its model is not known, so that it may speak either. */
  get isUnlisted(): boolean {
    return this.#isUnlisted;
  }

  /** When it has last said something, Unix milliseconds. */
  get lastDataMs(): number | undefined {
    return this.#lastDataMs;
  }

  /**
   * Takes a payload of a broker.
   *
   * @throws {BadPayloadError} when the bytes are none; the state stays
   */
  receive(payload: Uint8Array, atMs: number): DecodedPayload {
    const { junkMarks } = this.#family;
    const options = { serialNumber: this.sn, table: this.#table, ...(junkMarks && { junkMarks }) };
    const message = readPayload(payload, options);
    this.take(message, atMs);
    return message;
  }

  /** Takes what a message says: a part of the state, and whether the device is on line. */
  take({ readings, isOnline, unknownCommands }: Message, atMs: number): void {
    for (const command of unknownCommands) this.#countUnknown(command);
    if (isOnline !== undefined) this.setOnline(isOnline);
    if (readings.values.size === 0 || isOnline === false) return;
    this.#put(merge(this.#state, readings), atMs);
  }

  /** Puts a full state in the place of the one before. */
  replace(readings: Readings, atMs: number): void {
    this.#put(readings, atMs);
  }

  /** The device is on line, or not: then nothing else of it is exported. */
  setOnline(isOnline: boolean): void {
    if (this.#isOnline !== isOnline) {
      this.#isOnline = isOnline;
      this.#own.series(this.#context.metrics.online, this.labels).set(Number(isOnline));
      this.#context.log.info({ sn: this.sn }, isOnline ? 'device is on line' : 'device is off line');
    }
    if (!isOnline) this.forget();
  }

  /** What it said does not count any more: it is off line, silent, or cannot be read. */
  forget(): void {
    this.#state = EMPTY_STATE;
    this.#isStale = false;
    this.#data.drop();
  }

  /** Brings the page up to date. Done when somebody looks: devices say more than anybody reads. */
  render(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const { dynamic, isTyped, metrics } = this.#context;
    this.#data.replace((put) => {
      if (isTyped) {
        for (const { metric, labels, value } of readTyped(this.#state, this.#family.rules)) {
          put(metrics.typed[metric], { device: this.sn, ...labels } as Labels<'device' | TypedLabel>, value);
        }
      }
      for (const [key, value] of dynamic === undefined ? [] : this.#state.values) {
        const { name, indexes } = dynamicNameOf(key);
        const family = dynamic?.obtain(name, indexes.length);
        const numbers = Object.fromEntries(indexes.map((index, depth) => [`index_${depth}`, index]));
        if (family !== undefined) put(family, { ...this.labels, ...numbers }, value);
      }
    }, this.#lastDataMs ?? 0);
  }

  health(): DeviceHealth {
    const last = this.#lastDataMs === undefined ? null : new Date(this.#lastDataMs).toISOString();
    return { isUp: this.#isOnline === true, view: { sn: this.sn, online: this.#isOnline ?? null, last_message: last } };
  }

  dispose(): void {
    this.#context.registry.removeGroup(this.#data);
    this.#context.registry.removeGroup(this.#own);
  }

  #put(state: DeviceState, atMs: number): void {
    this.#state = state;
    this.#lastDataMs = atMs;
    this.#isStale = true;
    this.#own.series(this.#context.metrics.lastMessage, { device: this.sn }).set(atMs / 1000);
  }

  #countUnknown({ func, id }: Command): void {
    const key = `${func}/${id}`;
    const isCounted = this.#commands.has(key) || this.#commands.size < MOST_COMMANDS;
    if (isCounted) this.#commands.add(key);
    const labels = isCounted ? { cmd_func: `${func}`, cmd_id: `${id}` } : { cmd_func: 'other', cmd_id: 'other' };
    this.#own.series(this.#context.metrics.unknownMessages, { device: this.sn, ...labels }).add();
  }
}
