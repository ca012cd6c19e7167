import { isDeepStrictEqual } from 'node:util';
import type { SeriesGroup, SeriesRegistry } from '@device-exporters/metrics';
import { FAULT_REASONS, type FaultReason } from '@device-exporters/tplink';
import type { Metrics } from './metrics.ts';

/** What the status of a device is put on. */
export interface PlugStatusOptions {
  readonly registry: SeriesRegistry;
  readonly metrics: Metrics;
  /** Shared by all devices of the page. */
  readonly taken: Set<string>;
}

/** How a device is, on the page: under every name that it and its outlets have. */
export class PlugStatus {
  readonly #metrics: Metrics;
  readonly #registry: SeriesRegistry;
  readonly #group: SeriesGroup;
  /** What the devices of the page are called, all together: a label can be had once. */
  readonly #taken: Set<string>;
  #names: readonly string[] = [];
  #asked: readonly string[] = [];
  #errors: Partial<Record<FaultReason, number>> = {};

  constructor({ registry, metrics, taken }: PlugStatusOptions) {
    this.#registry = registry;
    this.#metrics = metrics;
    this.#taken = taken;
    this.#group = registry.group();
  }

  /** What it was last said to be known as. */
  get names(): readonly string[] {
    return this.#asked;
  }

  /** The first of its names. */
  get name(): string {
    return this.#names[0] ?? '';
  }

  /** Its names are these now; its failures until then were its own. */
  isKnownAs(names: readonly string[]): void {
    if (names.length === 0 || isDeepStrictEqual(names, this.#asked)) return;
    this.#asked = names;
    this.#release();
    this.#names = names.map((name) => this.#take(name));
    this.#set(0);
    for (const reason of FAULT_REASONS) this.#setErrors(reason);
  }

  succeed(atMs: number): void {
    this.#set(1);
    for (const device of this.#names) this.#group.series(this.#metrics.lastSuccess, { device }).set(atMs / 1000);
  }

  fail(reason: FaultReason): void {
    this.#set(0);
    this.#errors = { ...this.#errors, [reason]: (this.#errors[reason] ?? 0) + 1 };
    this.#setErrors(reason);
  }

  dispose(): void {
    this.#release();
    this.#registry.removeGroup(this.#group);
  }

  /** An address of a device that nobody knows yet can be the name of another one. */
  #take(name: string): string {
    let label = name;
    for (let number = 2; this.#taken.has(label); number++) label = `${name} (${number})`;
    this.#taken.add(label);
    return label;
  }

  #release(): void {
    this.#group.drop();
    for (const name of this.#names) this.#taken.delete(name);
  }

  #set(up: 0 | 1): void {
    for (const device of this.#names) this.#group.series(this.#metrics.up, { device }).set(up);
  }

  /** Of the device as such, not of its outlets: they fail together. */
  #setErrors(reason: FaultReason): void {
    this.#group.series(this.#metrics.errors, { device: this.name, reason }).set(this.#errors[reason] ?? 0);
  }
}
