import type { EventBatch, TextEvent, ValueEvent } from '../wire/event-tables.ts';
import { type Moment, Passage, type Rule } from './moment.ts';
import { type StateBoard, UnknownStateError } from './state-board.ts';
import { addMissingStates } from './state-defaults.ts';
import { allControls, parseStructure, type Structure, stateReferences } from './structure.ts';

/** A house: its structure file, the current state of everything in it, and how that moves. */
export class House {
  readonly #board: StateBoard;
  readonly #rules: readonly Rule[];
  readonly #passage = new Passage();
  #structure: Structure;

  constructor(structure: Structure, board: StateBoard, rules: readonly Rule[]) {
    this.#structure = structure;
    this.#board = board;
    this.#rules = rules;
  }

  /** The structure file as it is now. */
  get structure(): Structure {
    return this.#structure;
  }

  /** Number of states that travel in value tables. */
  get valueCount(): number {
    return this.#board.valueCount;
  }

  /** The structure file as it is served. */
  structureText(): string {
    return JSON.stringify(this.#structure);
  }

  /** What a state was told to have last; undefined where it has no number. */
  value(uuid: string): number | undefined {
    return this.#board.value(uuid);
  }

  /** Likewise for a text. */
  text(uuid: string): string | undefined {
    return this.#board.text(uuid);
  }

  /**
   * UUID of a state by the names of its control and its own; of several controls of that name the first.
   *
   * @throws UnknownStateError
   */
  stateUuid(control: string, state: string): string {
    for (const candidate of allControls(this.#structure)) {
      const uuid = candidate.name === control ? candidate.states?.[state] : undefined;
      if (typeof uuid === 'string') return uuid;
    }
    throw new UnknownStateError(`no state ${state} of a control ${control} in this house`);
  }

  /** Lets time pass until `unixMs`. Returns the moment reached. */
  advance(unixMs: number): Moment {
    const moment = this.#passage.next(unixMs);
    for (const rule of this.#rules) rule(moment);
    return moment;
  }

  /** Everything there is, for a new subscriber. */
  snapshot(): EventBatch {
    return this.#board.snapshot();
  }

  /** What changed since it was taken last. */
  takeChanges(): EventBatch {
    return this.#board.takeChanges();
  }

  /** The same without values. */
  takeTextChanges(): EventBatch {
    return this.#board.takeTextChanges();
  }

  /** Exactly so many value events, real changes first. */
  takeValues(count: number): ValueEvent[] {
    return this.#board.takeValues(count);
  }

  /**
   * Sets values by hand; the house itself no longer moves them.
   *
   * @throws UnknownStateError
   */
  pinValues(events: readonly ValueEvent[]): ValueEvent[] {
    return events.map((event) => this.#board.pinValue(event));
  }

  /** Like {@link pinValues}, for texts. */
  pinTexts(events: readonly TextEvent[]): TextEvent[] {
    return events.map((event) => this.#board.pinText(event));
  }

  /**
   * Takes another structure file, as after an upload of a new configuration: states that are new get believable values,
   * those no longer mentioned are gone, all others keep what they have.
   *
   * @throws StructureError
   */
  restructure(file: object): void {
    const structure = parseStructure(file);
    const kept = new Set([...stateReferences(structure)].map((reference) => reference.uuid));
    for (const { uuid } of stateReferences(this.#structure)) if (!kept.has(uuid)) this.#board.remove(uuid);
    addMissingStates(structure, this.#board);
    this.#structure = structure;
  }
}
