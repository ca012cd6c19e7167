/** A dynamic metric: a wire key as a name and the numbers of the elements on its way. */
export interface DynamicName {
  /** Snake case, without the prefix of the metrics. */
  readonly name: string;
  /** Numbers of list elements, outermost first: values of the labels `index_0`, `index_1` … */
  readonly indexes: readonly string[];
}

const ELEMENT = /\[(\d+)\]/g;

/**
 * The name of a wire key, as ecoflow-prometheus-exporter gives it: `[n]` become labels, what parts words becomes `_`, and
 * camel case becomes snake case with acronyms kept together.
 *
 * @example dynamicNameOf('pd.chgPowerAC')               // pd_chg_power_ac
 * @example dynamicNameOf('bms_emsStatus.bmsIsConnt[0]') // bms_ems_status_bms_is_connt, index 0
 */
export function dynamicNameOf(key: string): DynamicName {
  const indexes = Array.from(key.matchAll(ELEMENT), ([, index = '']) => index);
  const name = key
    .replace(ELEMENT, '')
    .replace(/[^a-zA-Z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
  return { name, indexes };
}
