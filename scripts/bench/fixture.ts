import { SeriesRegistry } from '@device-exporters/metrics';
import { Gauge, Registry } from 'prom-client';

export const NAME = 'loxone_control_value';
const HELP = 'Number that a control state has.';
export const LABELS = ['miniserver', 'name', 'room', 'category', 'type', 'subcontrol'] as const;

/** Labels as a house has them: lines of about 140 bytes. */
export function labelsOf(index: number) {
  return {
    miniserver: 'home',
    name: `Room controller ${index}`,
    room: `Room ${index % 23}`,
    category: 'Heating',
    type: 'IRoomControllerV2',
    subcontrol: `tempActual${index % 7}`,
  };
}

/** Values as sensors send them: tenths, changing from call to call. */
export function sensorValue(index: number, round: number): number {
  return ((index * 7 + round * 13) % 1000) / 10;
}

/** `count` series in a registry of ours. */
export function ours(count: number): { registry: SeriesRegistry; set(index: number, value: number): void } {
  const registry = new SeriesRegistry();
  const family = registry.gauge({ name: NAME, help: HELP, labels: LABELS });
  const group = registry.group();
  const handles = Int32Array.from({ length: count }, (_, index) => group.series(family, labelsOf(index)).handle);
  for (const [index, handle] of handles.entries()) registry.set(handle, sensorValue(index, 0));
  return { registry, set: (index, value) => registry.set(handles[index] ?? 0, value) };
}

/** The same series in a registry of prom-client's. */
export function theirs(count: number): { registry: Registry; set(index: number, value: number): void } {
  const registry = new Registry();
  const gauge = new Gauge({ name: NAME, help: HELP, labelNames: [...LABELS], registers: [registry] });
  const children = Array.from({ length: count }, (_, index) => gauge.labels(labelsOf(index)));
  for (const [index, child] of children.entries()) child.set(sensorValue(index, 0));
  return { registry, set: (index, value) => children[index]?.set(value) };
}
