import type { HouseBuilder, Life, Place } from '../house-builder.ts';
import type { Moment } from '../moment.ts';

/** One control: a switch that is on while `isOn` says so. */
export function addSwitch(house: HouseBuilder, name: string, place: Place, isOn: (moment: Moment) => boolean): void {
  house.add({ ...switchParts(house, name, isOn), place });
}

/** The parts of a switch, for a control of its own or a sub-control. */
export function switchParts(house: HouseBuilder, name: string, isOn: (moment: Moment) => boolean) {
  const active = house.value(0, { follow: (moment) => Number(isOn(moment)) });
  const states = { jLocked: house.text(''), active, lockedOn: house.value(0) };
  return { name, type: 'Switch', details: { jLockable: true }, states };
}

/** One control: a dimmer whose percentage follows `level`. */
export function addDimmer(house: HouseBuilder, name: string, place: Place, level: (moment: Moment) => number): void {
  house.add({ ...dimmerParts(house, name, level), place });
}

/** The parts of a dimmer, for a control of its own or a sub-control. */
export function dimmerParts(house: HouseBuilder, name: string, level: (moment: Moment) => number) {
  const position = house.value(0, { follow: level, decimals: 0, restlessBy: 5 });
  return { name, type: 'Dimmer', states: { position, ...house.values({ min: 0, max: 100, step: 1 }) } };
}

/** One control: a number to look at, with its C-style format. */
export function addAnalog(house: HouseBuilder, name: string, place: Place, format: string, life: Life): void {
  const states = { value: house.value(0, life), error: house.value(0) };
  house.add({ name, type: 'InfoOnlyAnalog', place, details: { jLockable: false, format }, states });
}

/** One control: something that is or is not. */
export function addDigital(
  house: HouseBuilder,
  name: string,
  place: Place,
  text: { readonly on: string; readonly off: string },
  isOn: (moment: Moment) => boolean,
): void {
  const active = house.value(0, { follow: (moment) => Number(isOn(moment)) });
  house.add({ name, type: 'InfoOnlyDigital', place, details: { jLockable: false, text }, states: { active } });
}

/** One control: a sentence about the state of something. */
export function addTextState(house: HouseBuilder, name: string, place: Place, say: (moment: Moment) => string): void {
  const iconAndColor = house.text('{"icon":"IconsFilled/information-circle.svg","color":"#69C350"}');
  house.add({ name, type: 'TextState', place, states: { textAndIcon: house.text('', say), iconAndColor } });
}

/** One control: a button that nobody presses. */
export function addPushbutton(house: HouseBuilder, name: string, place: Place): void {
  const states = { jLocked: house.text(''), active: house.value(0) };
  house.add({ name, type: 'Pushbutton', place, details: { jLockable: true }, states });
}
