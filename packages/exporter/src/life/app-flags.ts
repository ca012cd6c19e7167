import type { Flag } from '../cli/common-flags.ts';
import { flagsOf } from '../config/flag-layer.ts';
import type { Schema } from '../config/schema.ts';
import type { App } from './app.ts';

/** The flags of an app besides the common ones: those of its settings, its own, and its commands that are spelled as flags. */
export function appFlags<S extends Schema>(app: App<S>): Flag[] {
  const fromSettings = flagsOf(app.schema).map(({ flag, doc }) => ({ name: flag, value: 'VALUE', doc }));
  const switches = (app.commands ?? []).filter(({ isSwitch }) => isSwitch);
  return [...fromSettings, ...(app.flags ?? []), ...switches.map(({ name, doc }) => ({ name, doc }))];
}
