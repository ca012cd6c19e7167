import type { Random } from '../../random.ts';
import type { DaytimerEvent, EventBatch, TextEvent, ValueEvent, WeatherEvent } from '../wire/event-tables.ts';
import { NIL_UUID } from '../wire/uuid.ts';
import { Jitter, type RestlessState } from './jitter.ts';

/** A state UUID that the house does not have. */
export class UnknownStateError extends Error {}

/** The current value of every state of a house, and which of them the clients have not been told yet. */
export class StateBoard {
  /** As the clients know them. */
  readonly #values = new Map<string, number>();
  /** As the model of the house has them. */
  readonly #model = new Map<string, number>();
  readonly #texts = new Map<string, TextEvent>();
  readonly #daytimers = new Map<string, DaytimerEvent>();
  readonly #weather = new Map<string, WeatherEvent>();
  /** States set by hand: the model no longer moves them. */
  readonly #pinned = new Set<string>();
  readonly #untold = new Set<string>();
  readonly #untoldTexts = new Set<string>();
  readonly #untoldWeather = new Set<string>();
  readonly #jitter: Jitter;

  constructor(random: Random) {
    this.#jitter = new Jitter(random);
  }

  /** Number of states that travel in value tables. */
  get valueCount(): number {
    return this.#values.size;
  }

  /** The values that may stray, and how far. */
  get restless(): readonly RestlessState[] {
    return this.#jitter.states;
  }

  /** Whether the house has that state, in whatever table. */
  has(uuid: string): boolean {
    return [this.#values, this.#texts, this.#daytimers, this.#weather].some((states) => states.has(uuid));
  }

  /**
   * Adds a numeric state.
   *
   * @param restlessBy how far the value may stray from the model when a certain number of events is wanted; 0: never
   */
  addValue(uuid: string, value: number, restlessBy = 0): void {
    this.#values.set(uuid, value);
    this.#model.set(uuid, value);
    if (restlessBy > 0) this.#jitter.add(uuid, restlessBy);
  }

  /** Adds a text state. */
  addText(uuid: string, text: string): void {
    this.#texts.set(uuid, { uuid, text, iconUuid: NIL_UUID });
  }

  /** Adds a time table. */
  addDaytimer(event: DaytimerEvent): void {
    this.#daytimers.set(event.uuid, event);
  }

  /** Adds a weather table. */
  addWeather(event: WeatherEvent): void {
    this.#weather.set(event.uuid, event);
  }

  /** Forgets a state and everything about it. */
  remove(uuid: string): void {
    for (const states of [this.#values, this.#model, this.#texts, this.#daytimers, this.#weather]) states.delete(uuid);
    for (const uuids of [this.#untold, this.#untoldTexts, this.#untoldWeather, this.#pinned]) uuids.delete(uuid);
    this.#jitter.remove(uuid);
  }

  /** What the clients were told last; undefined for a state without number. */
  value(uuid: string): number | undefined {
    return this.#values.get(uuid);
  }

  /** Likewise for a text. */
  text(uuid: string): string | undefined {
    return this.#texts.get(uuid)?.text;
  }

  /** The model moves a value. Nobody is told unless it really changed. */
  move(uuid: string, value: number): void {
    if (this.#pinned.has(uuid)) return;
    this.#model.set(uuid, value);
    if (!Object.is(this.#values.get(uuid), value)) this.#untold.add(uuid);
  }

  /** The model changes a text. */
  moveText(uuid: string, text: string): void {
    if (this.#pinned.has(uuid) || this.text(uuid) === text) return;
    this.addText(uuid, text);
    this.#untoldTexts.add(uuid);
  }

  /** New weather: always told. */
  moveWeather(event: WeatherEvent): void {
    this.#weather.set(event.uuid, event);
    this.#untoldWeather.add(event.uuid);
  }

  /**
   * Sets a value by hand and keeps the model from touching it again. A state that carried text so far carries a number
   * from now on: which it is, only the table says (PROTOCOL §9).
   *
   * @throws UnknownStateError
   */
  pinValue(event: ValueEvent): ValueEvent {
    this.#pin(event.uuid);
    this.#texts.delete(event.uuid);
    this.#values.set(event.uuid, event.value);
    return event;
  }

  /** Like {@link pinValue}, for a text. */
  pinText(event: TextEvent): TextEvent {
    this.#pin(event.uuid);
    this.#values.delete(event.uuid);
    this.#texts.set(event.uuid, event);
    return event;
  }

  /** Everything there is. */
  snapshot(): EventBatch {
    return {
      values: [...this.#values].map(([uuid, value]) => ({ uuid, value })),
      texts: [...this.#texts.values()],
      daytimers: [...this.#daytimers.values()],
      weather: [...this.#weather.values()],
    };
  }

  /** What changed since it was taken last; the clients count as told. */
  takeChanges(): EventBatch {
    const values = this.#tell([...this.#untold]);
    return { ...this.takeTextChanges(), values };
  }

  /** The changes that do not travel in value tables. */
  takeTextChanges(): EventBatch {
    const texts = [...this.#untoldTexts].flatMap((uuid) => this.#texts.get(uuid) ?? []);
    const weather = [...this.#untoldWeather].flatMap((uuid) => this.#weather.get(uuid) ?? []);
    this.#untoldTexts.clear();
    this.#untoldWeather.clear();
    return { values: [], texts, daytimers: [], weather };
  }

  /** Exactly `count` value events: real changes first, then a jitter around what the model says. */
  takeValues(count: number): ValueEvent[] {
    const real = this.#tell([...this.#untold].slice(0, count));
    const isFree = (uuid: string): boolean => !this.#pinned.has(uuid);
    const jittered = Array.from({ length: count - real.length }, () => this.#jitter.next(this.#model, isFree));
    for (const { uuid, value } of jittered.flat()) this.#values.set(uuid, value);
    return [...real, ...jittered.flat()];
  }

  #tell(uuids: readonly string[]): ValueEvent[] {
    return uuids.map((uuid) => {
      this.#untold.delete(uuid);
      const value = this.#model.get(uuid) ?? 0;
      this.#values.set(uuid, value);
      return { uuid, value };
    });
  }

  #pin(uuid: string): void {
    if (!this.has(uuid)) throw new UnknownStateError(`no state ${uuid} in this house`);
    this.#pinned.add(uuid);
    this.#untold.delete(uuid);
    this.#untoldTexts.delete(uuid);
  }
}
