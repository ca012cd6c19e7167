import { toLoxoneSeconds } from '../../wire/epoch.ts';
import { wander } from '../climate.ts';
import type { HouseBuilder, Place } from '../house-builder.ts';
import type { Moment } from '../moment.ts';

/** One control: somebody passes now and then while people are awake. */
export function addPresenceDetector(house: HouseBuilder, name: string, place: Place): void {
  const phase = 30 * house.random();
  let since = 0;
  let wasActive = false;
  const isActive = ({ unixMs, hour }: Moment): boolean => hour > 6 && hour < 23 && wander(unixMs, 0.7, phase) > 0.1;
  house.rules.push((moment) => {
    const isNow = isActive(moment);
    if (isNow && !wasActive) since = Math.max(0, toLoxoneSeconds(moment.unixMs));
    wasActive = isNow;
  });
  house.add({
    name,
    type: 'PresenceDetector',
    place,
    details: { jLockable: true, text: { on: 'Presence', off: 'No presence' } },
    states: {
      active: house.value(0, { follow: () => Number(wasActive) }),
      activeSince: house.value(0, { follow: () => (wasActive ? since : 0), decimals: 0 }),
      ...house.values({ locked: 0, time: 300 }),
      infoText: house.text(''),
      jLocked: house.text(''),
    },
  });
}

/** Two controls: a smoke alarm that stays calm, and the tracker of its sensors. */
export function addSmokeAlarm(house: HouseBuilder, name: string, place: Place): void {
  house.add({
    name,
    type: 'SmokeAlarm',
    place,
    details: { jLockable: true, hasAcousticAlarm: true, availableAlarms: 5 },
    states: {
      jLocked: house.text(''),
      sensors: house.text(''),
      ...house.values({ level: 0, nextLevel: 0, nextLevelDelay: 0, nextLevelDelayTotal: 0, acousticAlarm: 0 }),
      ...house.values({ testAlarm: 0, alarmCause: 0, startTime: 0, timeServiceMode: 0, areAlarmSignalsOff: 0 }),
    },
    subControls: [tracker(house)],
  });
}

function tracker(house: HouseBuilder) {
  const entries = house.text('');
  return house.control({ name: 'sensors', type: 'Tracker', details: { maxEntries: 40 }, states: { entries } });
}

/** Closed, tilted and open in `windowStates` (PROTOCOL §9). */
const WINDOW_BIT = { closed: 1, tilted: 2, open: 4 } as const;

/** One control: windows that are tilted at noon on mild days, and a patio door that opens. */
export function addWindowMonitor(
  house: HouseBuilder,
  name: string,
  place: Place,
  windows: readonly { readonly name: string; readonly room: string }[],
): void {
  const phases = windows.map(() => 40 * house.random());
  const statesAt = ({ unixMs, hour, weather }: Moment): number[] =>
    phases.map((phase) => {
      const isAiring = hour > 9 && hour < 18 && weather.celsius > 8 && wander(unixMs, 4, phase) > 0.3;
      return isAiring ? WINDOW_BIT.tilted : WINDOW_BIT.closed;
    });
  const count = (bit: number) => (moment: Moment) => statesAt(moment).filter((state) => state === bit).length;
  house.add({
    name,
    type: 'WindowMonitor',
    place,
    details: { jLockable: false, windows: windows.map((window) => ({ ...window, installPlace: '' })) },
    states: {
      numClosed: house.value(windows.length, { follow: count(WINDOW_BIT.closed) }),
      numTilted: house.value(0, { follow: count(WINDOW_BIT.tilted) }),
      numOpen: house.value(0, { follow: count(WINDOW_BIT.open) }),
      ...house.values({ numOffline: 0, numLocked: 0, numUnlocked: 0 }),
      windowStates: house.text('', (moment) => statesAt(moment).join(',')),
    },
  });
}

/** Two controls: an intercom that nobody rings, and the light beside it. */
export function addIntercom(house: HouseBuilder, name: string, place: Place): void {
  const light = house.control({ name: 'Light', type: 'Pushbutton', states: { active: house.value(0) } });
  house.add({
    name,
    type: 'Intercom',
    place,
    details: { jLockable: true, deviceType: 1, lastBellEventImages: true, videoInfo: {}, audioInfo: {} },
    states: {
      jLocked: house.text(''),
      bell: house.value(0),
      lastBellEvents: house.text(''),
      lastBellTimestamp: house.value(0),
    },
    subControls: [light],
    more: { securedDetails: true },
  });
}
