import { type Family, InvalidFamilyError, type SeriesRegistry } from '@device-exporters/metrics';
import { DEVICE_LABELS } from './metrics.ts';

/** Labels of a dynamic metric: those of the device, and the numbers of elements. */
export type DynamicLabel = string;

/** More dynamic metrics than this are not declared, whatever devices send: the richest model known has about 700. */
const MAX_FAMILIES = 10_000;

/** The dynamic metrics: one gauge for each key that devices send, declared when the key is first seen. */
export class DynamicFamilies {
  readonly #registry: SeriesRegistry;
  readonly #prefix: string;
  readonly #families = new Map<string, Family<DynamicLabel> | undefined>();

  constructor(registry: SeriesRegistry, prefix = 'ecoflow') {
    this.#registry = registry;
    this.#prefix = prefix;
  }

  /**
   * The family of a key.
   *
   * @param name as `dynamicNameOf` gives it
   * @param indexCount how many numbers of elements the key has
   * @returns undefined when the name belongs to another metric, or to a key with another count of elements
   */
  obtain(name: string, indexCount: number): Family<DynamicLabel> | undefined {
    const fullName = `${this.#prefix}_${name}`;
    if (!this.#families.has(fullName) && this.#families.size < MAX_FAMILIES) {
      this.#families.set(fullName, this.#declare(fullName, name, indexCount));
    }
    const family = this.#families.get(fullName);
    return family?.labelNames.length === DEVICE_LABELS.length + indexCount ? family : undefined;
  }

  #declare(fullName: string, name: string, indexCount: number): Family<DynamicLabel> | undefined {
    if (name === '' || this.#registry.getSingleMetric(fullName) !== undefined) return undefined;
    const labels = [...DEVICE_LABELS, ...Array.from({ length: indexCount }, (_, depth) => `index_${depth}`)];
    // A name that ends in _total is a counter's by the rules of the exposition, whatever the device counts.
    const type = fullName.endsWith('_total') ? 'counter' : 'gauge';
    try {
      return this.#registry[type]({ name: fullName, help: `Device metric ${name}, as it stands on the wire.`, labels });
    } catch (error) {
      if (error instanceof InvalidFamilyError) return undefined;
      throw error;
    }
  }
}
