import { type Clock, every } from '../../clock.ts';
import type { House } from '../house/house.ts';
import type { EventBatch } from '../wire/event-tables.ts';
import type { Sessions } from './sessions.ts';

/** How a house lives. */
export interface HomeRules {
  /** House seconds per second. */
  readonly speed: number;
  /** Value events a second; undefined: as the house moves. */
  readonly eventsPerSecond: number | undefined;
}

/** Value events come at most so often; more of them then share a table. */
const SHORTEST_BEAT_MS = 10;
const NATURAL_BEAT_MS = 1000;

/** The house behind a Miniserver: lets time pass in it and tells the subscribers what changed. */
export class Home {
  readonly house: House;
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  readonly #rules: HomeRules;
  readonly #startedAtMs: number;
  #stopBeats: (() => void)[] = [];
  #owed = 0;

  constructor(house: House, clock: Clock, sessions: Sessions, rules: HomeRules) {
    this.house = house;
    this.#clock = clock;
    this.#sessions = sessions;
    this.#rules = rules;
    this.#startedAtMs = clock.now();
  }

  /** Time begins to pass. */
  start(): void {
    this.house.advance(this.#houseMs());
    this.house.takeChanges();
    const { eventsPerSecond } = this.#rules;
    if (eventsPerSecond === 0) return;
    this.#stopBeats = [every(this.#clock, NATURAL_BEAT_MS, () => this.#advance())];
    if (eventsPerSecond === undefined) return;
    const beatMs = Math.max(SHORTEST_BEAT_MS, 1000 / eventsPerSecond);
    let lastMs = this.#clock.now();
    this.#stopBeats.push(
      every(this.#clock, beatMs, () => {
        const nowMs = this.#clock.now();
        this.#sendOwed(((nowMs - lastMs) / 1000) * eventsPerSecond);
        lastMs = nowMs;
      }),
    );
  }

  /** Time stands still. */
  stop(): void {
    for (const stop of this.#stopBeats) stop();
    this.#stopBeats = [];
  }

  /** Tells the subscribers; resolves when the frames were handed to the sockets. */
  publish(batch: EventBatch): Promise<void> {
    return this.#sessions.publish(batch);
  }

  #advance(): void {
    this.house.advance(this.#houseMs());
    const keepsOwnRhythm = this.#rules.eventsPerSecond === undefined;
    void this.publish(keepsOwnRhythm ? this.house.takeChanges() : this.house.takeTextChanges());
  }

  #sendOwed(count: number): void {
    this.#owed += count;
    const due = Math.floor(this.#owed);
    this.#owed -= due;
    if (due > 0) void this.publish({ values: this.house.takeValues(due), texts: [], daytimers: [], weather: [] });
  }

  /** What time it is in the house, in Unix milliseconds. */
  #houseMs(): number {
    return this.#startedAtMs + (this.#clock.now() - this.#startedAtMs) * this.#rules.speed;
  }
}
