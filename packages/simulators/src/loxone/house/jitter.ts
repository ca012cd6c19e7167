import type { Random } from '../../random.ts';
import type { ValueEvent } from '../wire/event-tables.ts';

/** A numeric state that may stray by so much, up or down. */
export interface RestlessState {
  readonly uuid: string;
  readonly amplitude: number;
}

/** Makes up value events when more are wanted than really happen: one restless state after the other strays a little. */
export class Jitter {
  readonly #random: Random;
  #restless: RestlessState[] = [];
  #next = 0;
  #isOn = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Those added so far. */
  get states(): readonly RestlessState[] {
    return this.#restless;
  }

  /** Adds a state that may stray by `amplitude`, up or down. */
  add(uuid: string, amplitude: number): void {
    this.#restless.push({ uuid, amplitude });
  }

  /** Leaves a state alone from now on. */
  remove(uuid: string): void {
    this.#restless = this.#restless.filter((entry) => entry.uuid !== uuid);
  }

  /**
   * The next event, around the value that the model has. A house of switches only has nothing restless: there they are
   * switched in turn. Empty when nothing at all is free to move.
   */
  next(model: ReadonlyMap<string, number>, isFree: (uuid: string) => boolean): ValueEvent[] {
    for (const _ of this.#restless) {
      const chosen = this.#restless[this.#next++ % this.#restless.length];
      if (chosen === undefined || !isFree(chosen.uuid)) continue;
      const stray = chosen.amplitude * (2 * this.#random() - 1);
      return [{ uuid: chosen.uuid, value: (model.get(chosen.uuid) ?? 0) + stray }];
    }
    return this.#switch([...model.keys()].filter(isFree));
  }

  #switch(uuids: readonly string[]): ValueEvent[] {
    const position = this.#next++ % uuids.length;
    if (position === 0) this.#isOn = !this.#isOn;
    const uuid = uuids[position];
    return uuid === undefined ? [] : [{ uuid, value: this.#isOn ? 1 : 0 }];
  }
}
