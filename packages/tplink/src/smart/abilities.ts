import { recordsAt, textAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { SmartAsking } from './asking.ts';
import { askWholeList } from './children.ts';

/** What a device can do, by `component_nego`. */
export interface Abilities {
  readonly hasMeter: boolean;
  readonly hasChildren: boolean;
  /** Ids of the children that have a meter; undefined where the device does not say: then they are asked. */
  readonly meteredChildren: ReadonlySet<string> | undefined;
  /** Whether the device has said so. One that has not is asked again. */
  readonly isCertain: boolean;
}

const METER = 'energy_monitoring';
const CHILD_COMPONENTS = { method: 'get_child_device_component_list', list: 'child_component_list' };

/** A device that does not say is asked for everything; what it does not know it refuses. */
const UNTOLD: Abilities = { hasMeter: true, hasChildren: true, meteredChildren: undefined, isCertain: false };

/** Asks what a device can do: that does not change while a firmware runs. */
export async function askAbilities(asking: SmartAsking, signal: AbortSignal): Promise<Abilities> {
  const method = 'component_nego';
  const told = (await asking.ask([{ method, isOptional: true }], signal)).get(method);
  if (told === undefined) return UNTOLD;
  const components = componentsOf(told);
  const hasChildren = components.has('child_device') || components.has('control_child');
  const lists = hasChildren ? await askWholeList(asking, CHILD_COMPONENTS, signal) : undefined;
  const metered = lists && [...lists].filter(([, own]) => componentsOf(own).has(METER)).map(([id]) => id);
  return {
    hasMeter: components.has(METER),
    hasChildren,
    meteredChildren: metered && new Set(metered),
    isCertain: true,
  };
}

function componentsOf(answer: JsonRecord): Set<string> {
  return new Set(recordsAt(answer, 'component_list').map((component) => textAt(component, 'id')));
}
