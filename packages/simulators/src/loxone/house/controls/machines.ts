import { bump } from '../climate.ts';
import type { HouseBuilder, Place } from '../house-builder.ts';
import type { Moment } from '../moment.ts';

/** One control: a ventilation that works harder after the morning shower. */
export function addVentilation(house: HouseBuilder, name: string, place: Place): void {
  const speed = ({ hour }: Moment): number => 25 + 55 * bump(hour, 7.2, 0.8);
  house.add({
    name,
    type: 'Ventilation',
    place,
    details: { jLockable: true, hasPresence: true, hasIndoorHumidity: true },
    states: {
      speed: house.value(25, { follow: speed, decimals: 0, restlessBy: 1 }),
      humidityIndoor: house.value(46, { follow: ({ hour }) => 46 + 30 * bump(hour, 7, 1), decimals: 0, restlessBy: 2 }),
      ...house.values({ mode: 0, ventReason: 2, presence: 1, presenceMin: 25, presenceMax: 80, absenceMin: 10 }),
      ...house.values({ absenceMax: 40, frostTemp: 3, temperatureSupport: 0, overwriteUntil: 0 }),
      stoppedBy: house.text(''),
      controlInfo: house.text(''),
      jLocked: house.text(''),
    },
  });
}

/** One control: counts the seconds that something ran, here the heating pump while it is cold outside. */
export function addHourCounter(house: HouseBuilder, name: string, place: Place): void {
  const maintenanceIntervalSeconds = 7_200_000;
  let totalSeconds = 3_108_240;
  let isRunning = false;
  house.rules.push(({ weather, elapsedHours }) => {
    isRunning = weather.celsius < 15;
    if (isRunning) totalSeconds += elapsedHours * 3600;
  });
  house.add({
    name,
    type: 'Hourcounter',
    place,
    details: { jLockable: true },
    states: {
      total: house.value(totalSeconds, { follow: () => totalSeconds, decimals: 0 }),
      remaining: house.value(0, { follow: () => maintenanceIntervalSeconds - totalSeconds, decimals: 0 }),
      active: house.value(0, { follow: () => Number(isRunning) }),
      maintenanceInterval: house.value(maintenanceIntervalSeconds),
      ...house.values({ lastActivation: 0, overdue: 0, overdueSince: 0, stateUnit: 0 }),
      jLocked: house.text(''),
    },
  });
}
