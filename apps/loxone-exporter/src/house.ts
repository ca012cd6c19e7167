import {
  type Control,
  decodeTextStates,
  decodeValueStates,
  StateTable,
  type Structure,
  type TableReading,
} from '@device-exporters/loxone-protocol';
import type { Labels, Series, SeriesGroup, SeriesRegistry } from '@device-exporters/metrics';
import { type Filters, selectControls } from './filters.ts';
import type { Metrics } from './metrics.ts';

/** Where the values of a house go. */
export interface HouseOptions {
  /** Label `miniserver`. */
  readonly miniserver: string;
  readonly registry: SeriesRegistry;
  readonly metrics: Metrics;
  /** The series of this Miniserver's controls. A new house takes it over from the one before. */
  readonly group: SeriesGroup;
  readonly filters: Filters;
  /** Whether controls without numbers are exported by their texts. */
  readonly includeTexts: boolean;
}

/** The label values of one state, all but `value`. */
type StateLabels = Labels<'miniserver' | 'name' | 'room' | 'category' | 'type' | 'subcontrol' | 'uuid'>;

/** A control that passes the filters, as far as its events have told. */
interface ExportedControl {
  readonly control: Control;
  /** How many of its states have a number now. */
  numbers: number;
  /** Whether it ever had one: then its texts are not exported. */
  isNumeric: boolean;
  /** The series of its texts, by state. */
  readonly texts: Map<number, Series>;
}

/** Stands for a state that is known but not exported. */
const NOT_EXPORTED = -1;

/** A text longer than this is cut: it is a document, not a label. */
const MAX_TEXT_LENGTH = 1024;

/**
 * The states of one structure file, and their way from events to series.
 *
 * Every state has its series from the start, without a value: only the event that brings it tells whether it is a number
 * or a text. States that nobody exports are known too, so that an unknown UUID really is one.
 */
export class House {
  /** Controls in the structure file, sub-controls included. */
  readonly discovered: number;
  readonly #options: HouseOptions;
  readonly #table = new StateTable();
  /** By state. */
  readonly #names: string[] = [];
  readonly #controls: (ExportedControl | undefined)[] = [];
  readonly #handles: Int32Array;
  readonly #hasNumber: Uint8Array;
  #exported = 0;

  /** Registers all states. Series that this structure does not have are gone afterwards; others keep their values. */
  constructor(structure: Structure, options: HouseOptions) {
    this.#options = options;
    this.discovered = structure.controls.length;
    const selected = selectControls(structure.controls, options.filters);
    const handles: number[] = [];
    for (const control of structure.controls) {
      const exported = selected.has(control) ? newControl(control) : undefined;
      for (const { name, uuid } of control.states) {
        this.#table.add(uuid, handles.length);
        this.#names.push(name);
        this.#controls.push(exported);
        handles.push(exported === undefined ? NOT_EXPORTED : this.#seriesOf(control, name).handle);
      }
    }
    for (const uuid of structure.otherStateUuids) {
      this.#table.add(uuid, handles.length);
      handles.push(NOT_EXPORTED);
    }
    this.#handles = Int32Array.from(handles);
    this.#hasNumber = new Uint8Array(handles.length);
    options.group.keepOnly(new Set(handles));
    this.#adoptNumbers();
  }

  /** Controls that have at least one series with a value, sub-controls included. */
  get exported(): number {
    return this.#exported;
  }

  /** Sets the numbers of an event table. */
  applyValues(payload: Uint8Array): TableReading {
    const { registry } = this.#options;
    const handles = this.#handles;
    const hasNumber = this.#hasNumber;
    return decodeValueStates(payload, this.#table, (state, value) => {
      const handle = handles[state] ?? NOT_EXPORTED;
      if (handle === NOT_EXPORTED) return;
      if (Number.isNaN(value)) {
        this.#loseNumber(state, handle);
        return;
      }
      if (hasNumber[state] === 0) this.#gainNumber(state);
      registry.set(handle, value);
    });
  }

  /** Sets the texts of an event table. */
  applyTexts(payload: Uint8Array): TableReading {
    return decodeTextStates(payload, this.#table, (state, entry) => {
      const exported = this.#controls[state];
      if (!this.#options.includeTexts || exported === undefined || exported.isNumeric) return;
      this.#showText(state, exported, shortened(entry.text));
    });
  }

  /** Takes all values away, as they are no longer known. The next tables bring them back. */
  clear(): void {
    for (const exported of new Set(this.#controls)) {
      if (exported === undefined) continue;
      this.#hideTexts(exported);
      exported.numbers = 0;
    }
    this.#hasNumber.fill(0);
    this.#exported = 0;
    this.#options.group.clear();
  }

  #seriesOf(control: Control, state: string): Series {
    const { group, metrics, miniserver } = this.#options;
    return group.series(metrics.controlValue, labelsOf(miniserver, control, state));
  }

  /** Numbers that the house before has left in the series of the same states. */
  #adoptNumbers(): void {
    for (const [state, handle] of this.#handles.entries()) {
      if (handle !== NOT_EXPORTED && this.#options.registry.valueAt(handle) !== undefined) this.#gainNumber(state);
    }
  }

  #gainNumber(state: number): void {
    this.#hasNumber[state] = 1;
    const exported = this.#controls[state];
    if (exported === undefined) return;
    this.#hideTexts(exported);
    exported.isNumeric = true;
    if (exported.numbers === 0) this.#exported++;
    exported.numbers++;
  }

  /** NaN: the state has no number any more. */
  #loseNumber(state: number, handle: number): void {
    if (this.#hasNumber[state] === 0) return;
    this.#hasNumber[state] = 0;
    this.#options.registry.unset(handle);
    const exported = this.#controls[state];
    if (exported === undefined) return;
    exported.numbers--;
    if (exported.numbers === 0) this.#exported--;
  }

  #showText(state: number, exported: ExportedControl, value: string): void {
    const { group, metrics, miniserver } = this.#options;
    const labels = { ...labelsOf(miniserver, exported.control, this.#names[state] ?? ''), value };
    const shown = exported.texts.get(state);
    const series = group.series(metrics.controlInfo, labels);
    if (shown?.handle === series.handle) return;
    series.set(1);
    if (shown !== undefined) group.release(metrics.controlInfo, shown);
    else if (exported.texts.size === 0) this.#exported++;
    exported.texts.set(state, series);
  }

  #hideTexts({ texts }: ExportedControl): void {
    if (texts.size === 0) return;
    for (const series of texts.values()) this.#options.group.release(this.#options.metrics.controlInfo, series);
    texts.clear();
    this.#exported--;
  }
}

/** Half a character, as a surrogate at the end would be, is none. */
function shortened(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : text.slice(0, MAX_TEXT_LENGTH).replace(/[\ud800-\udbff]$/, '');
}

function newControl(control: Control): ExportedControl {
  return { control, numbers: 0, isNumeric: false, texts: new Map() };
}

function labelsOf(miniserver: string, control: Control, state: string): StateLabels {
  const { name, room, category, type, uuid } = control;
  return { miniserver, name, room, category, type, subcontrol: state, uuid };
}
