import { type Random, seededRandom } from '../../random.ts';
import type { DaytimerEntry } from '../wire/event-tables.ts';
import type { Moment, Rule } from './moment.ts';
import { StateBoard } from './state-board.ts';
import type { Control, JsonObject } from './structure.ts';

/** Where a control belongs. Sub-controls and some controls belong nowhere. */
export interface Place {
  readonly room?: string;
  readonly cat?: string;
}

/** How a numeric state lives. */
export interface Life {
  /** The value at a moment; without it the state rests. */
  readonly follow?: (moment: Moment) => number;
  /** Decimal places that are sent. Default 3. */
  readonly decimals?: number;
  /** How far it may stray when a certain number of events is wanted. Default 0: never. */
  readonly restlessBy?: number;
}

/** What makes a control, besides what every control has. */
export interface ControlParts {
  readonly name: string;
  readonly type: string;
  readonly place?: Place;
  readonly details?: JsonObject;
  readonly states?: Readonly<Record<string, string | readonly string[]>>;
  readonly subControls?: readonly Control[];
  /** Anything else that stands in the file. */
  readonly more?: JsonObject;
}

/** Collects rooms, categories, controls and states of a house in the making. */
export class HouseBuilder {
  readonly board: StateBoard;
  readonly random: Random;
  readonly rules: Rule[] = [];
  readonly rooms: Record<string, JsonObject> = {};
  readonly cats: Record<string, JsonObject> = {};
  readonly controls: Record<string, Control> = {};
  readonly #node: string;
  #serial = 0;

  /** @param serialNumber twelve hex digits, the end of every UUID made here */
  constructor(seed: number, serialNumber: string) {
    this.random = seededRandom(seed);
    this.board = new StateBoard(seededRandom(seed + 1));
    this.#node = serialNumber.toLowerCase();
  }

  /** A UUID that this house has not used yet. */
  uuid(): string {
    this.#serial += 1;
    const first = (0x1c8b_2764 + this.#serial).toString(16).padStart(8, '0');
    const middle = [0x0203, 0x35f2 + this.#serial].map((part) => (part & 0xffff).toString(16).padStart(4, '0'));
    return `${first}-${middle.join('-')}-ffff${this.#node}`;
  }

  /** Adds a room; returns its UUID. */
  room(name: string): string {
    const uuid = this.uuid();
    this.rooms[uuid] = {
      uuid,
      name,
      image: 'IconsFilled/location-pin.svg',
      defaultRating: 0,
      type: 2,
      color: '#69C350',
    };
    return uuid;
  }

  /** Adds a category of that type (`lights`, `shading`, …, `undefined`); returns its UUID. */
  category(name: string, type: string): string {
    const uuid = this.uuid();
    this.cats[uuid] = { uuid, name, image: 'IconsFilled/binders.svg', defaultRating: 0, type, color: '#69C350' };
    return uuid;
  }

  /** A numeric state; returns its UUID. */
  value(initial: number, life: Life = {}): string {
    const uuid = this.uuid();
    const { follow, decimals = 3, restlessBy = 0 } = life;
    this.board.addValue(uuid, initial, restlessBy);
    if (follow !== undefined) this.rules.push((moment) => this.board.move(uuid, round(follow(moment), decimals)));
    return uuid;
  }

  /** Numeric states that rest, by name. */
  values(initial: Readonly<Record<string, number>>): Record<string, string> {
    return Object.fromEntries(Object.entries(initial).map(([name, value]) => [name, this.value(value)]));
  }

  /** A text state; returns its UUID. */
  text(initial: string, follow?: (moment: Moment) => string): string {
    const uuid = this.uuid();
    this.board.addText(uuid, initial);
    if (follow !== undefined) this.rules.push((moment) => this.board.moveText(uuid, follow(moment)));
    return uuid;
  }

  /** A time table; returns its UUID. */
  daytimer(defaultValue: number, entries: readonly DaytimerEntry[]): string {
    const uuid = this.uuid();
    this.board.addDaytimer({ uuid, defaultValue, entries });
    return uuid;
  }

  /** Adds a control to the house; returns its UUID. */
  add(parts: ControlParts): string {
    const control = this.control(parts);
    this.controls[control.uuidAction] = control;
    return control.uuidAction;
  }

  /** A control that is not in the house yet: a sub-control. */
  control({ name, type, place = {}, details, states, subControls = [], more = {} }: ControlParts): Control {
    return {
      name,
      type,
      uuidAction: this.uuid(),
      ...place,
      defaultRating: 0,
      isFavorite: false,
      isSecured: false,
      ...(details === undefined ? {} : { details }),
      ...(states === undefined ? {} : { states }),
      ...(subControls.length === 0
        ? {}
        : { subControls: Object.fromEntries(subControls.map((sub) => [sub.uuidAction, sub])) }),
      ...more,
    };
  }
}

function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  // Adding 0 turns a rounded -0 into 0, which is no change of value.
  return Math.round(value * scale) / scale + 0;
}
