import { type HourOfDay, hourOfDay, type Weather, weatherAt } from './climate.ts';
import { PowerPlant } from './power-plant.ts';

/** One moment in the life of a house and what led to it. */
export interface Moment {
  readonly unixMs: number;
  readonly hour: HourOfDay;
  /** Hours since the moment before; 0 at the first. */
  readonly elapsedHours: number;
  readonly weather: Weather;
  readonly power: PowerPlant;
}

/** Brings something of the house up to a moment. */
export type Rule = (moment: Moment) => void;

/** Carries a house from moment to moment; time never runs backwards in it. */
export class Passage {
  readonly #power = new PowerPlant();
  #lastMs: number | undefined;

  next(unixMs: number): Moment {
    const elapsedHours = Math.max(0, unixMs - (this.#lastMs ?? unixMs)) / 3_600_000;
    this.#lastMs = Math.max(unixMs, this.#lastMs ?? unixMs);
    const weather = weatherAt(this.#lastMs);
    this.#power.step(this.#lastMs, elapsedHours, weather);
    return { unixMs: this.#lastMs, hour: hourOfDay(this.#lastMs), elapsedHours, weather, power: this.#power };
  }
}
