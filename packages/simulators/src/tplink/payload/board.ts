import type { Clock } from '../../clock.ts';
import type { Child, Model, Replies } from '../capture/capture.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type Moment, moved } from './movement.ts';

/** A child that there is not. */
export class UnknownChildError extends Error {}

/** A child's number, from 0, or its full id. */
export type ChildReference = number | string;

interface Pins {
  readonly replies: Map<string, Json>;
  readonly fields: Map<string, Map<string, Json | undefined>>;
}

/** Component `statistics`: what a device says that does not know what day it is (PROTOCOLS §8.3). */
const CLOCK_LOST = -2201;
/** Where the clock of a device starts that lost power: 2000-01-01. */
const YEAR_2000_SECONDS = 946_684_800;

/** What a device would answer now: the capture, moved on by time, under whatever a test has pinned. */
export class Board {
  readonly model: Model;
  /** Since a power cut nobody told the device the time. */
  isClockLost = false;
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #isMoving: boolean;
  readonly #pins = new Map<Child | undefined, Pins>();

  constructor(model: Model, clock: Clock, isMoving: boolean) {
    this.model = model;
    this.#clock = clock;
    this.#startMs = clock.now();
    this.#isMoving = isMoving;
  }

  /** The child of that id, if there is one. */
  child(id: string): Child | undefined {
    return this.model.children.find((child) => child.id === id);
  }

  /** The reply to a command, an error code, or undefined where nothing was captured. */
  read(command: string, child?: Child): Json | undefined {
    if (this.isClockLost && command === 'get_energy_usage') return CLOCK_LOST;
    const replies = child?.replies ?? this.model.replies;
    // Commands come from the wire: `toString` must not find what every object has.
    const captured = Object.hasOwn(replies, command) ? replies[command] : undefined;
    const reply = this.#pinned(command, this.#moved(command, captured, replies), child);
    if (this.isClockLost && command === 'get_device_time' && isObject(reply)) {
      return { ...reply, timestamp: YEAR_2000_SECONDS };
    }
    return child === undefined ? this.#withChildren(command, reply) : reply;
  }

  /** What the parent's list says of a child; what is pinned on the child itself is seen here too. */
  entry(child: Child): JsonObject {
    const command = this.#infoCommand;
    const entry = this.#pinned(command, this.#moved(command, child.entry, child.replies), child);
    return isObject(entry) ? entry : child.entry;
  }

  /** Sets fields of a reply, or takes away those that are undefined; time no longer moves them. */
  patch(command: string, fields: Readonly<Record<string, unknown>>, reference?: ChildReference): void {
    const pins = this.#pinsOf(this.#find(reference));
    const pinned = pins.fields.get(command) ?? new Map<string, Json | undefined>();
    for (const [field, value] of Object.entries(fields)) pinned.set(field, value as Json | undefined);
    pins.fields.set(command, pinned);
  }

  /** Sets a whole reply or, with an integer, an error code. */
  set(command: string, reply: Json, reference?: ChildReference): void {
    const pins = this.#pinsOf(this.#find(reference));
    pins.fields.delete(command);
    pins.replies.set(command, reply);
  }

  get #infoCommand(): string {
    return this.model.kind === 'iot' ? 'system.get_sysinfo' : 'get_device_info';
  }

  #withChildren(command: string, reply: Json | undefined): Json | undefined {
    if (!isObject(reply)) return reply;
    const entries = (): JsonObject[] => this.model.children.map((child) => this.entry(child));
    if (command === 'system.get_sysinfo' && 'children' in reply) return { ...reply, children: entries() };
    if (command === 'get_child_device_list') return { ...reply, child_device_list: entries() };
    return reply;
  }

  #moved(command: string, reply: Json | undefined, replies: Replies): Json | undefined {
    if (!this.#isMoving || reply === undefined) return reply;
    const startSeconds = this.#startMs / 1000;
    const moment: Moment = { startSeconds, elapsedSeconds: this.#clock.now() / 1000 - startSeconds };
    return moved(command, reply, moment, replies);
  }

  #pinned(command: string, reply: Json | undefined, child: Child | undefined): Json | undefined {
    const pins = this.#pins.get(child);
    const whole = pins?.replies.get(command) ?? reply;
    const fields = pins?.fields.get(command);
    if (fields === undefined) return whole;
    const merged = Object.entries({ ...(isObject(whole) ? whole : {}), ...Object.fromEntries(fields) });
    return Object.fromEntries(merged.filter((field): field is [string, Json] => field[1] !== undefined));
  }

  #pinsOf(child: Child | undefined): Pins {
    const pins = this.#pins.get(child) ?? { replies: new Map<string, Json>(), fields: new Map() };
    this.#pins.set(child, pins);
    return pins;
  }

  #find(reference: ChildReference | undefined): Child | undefined {
    if (reference === undefined) return undefined;
    const child = typeof reference === 'number' ? this.model.children[reference] : this.child(reference);
    if (child !== undefined) return child;
    throw new UnknownChildError(`child: expected one of ${this.model.children.length} children, found ${reference}`);
  }
}
