import { bump } from '../climate.ts';
import type { HouseBuilder, Place } from '../house-builder.ts';
import type { Moment } from '../moment.ts';
import { COMFORT_HOURS } from '../state-defaults.ts';

const COMFORT_FROM = 6;
const COMFORT_TO = 22;
const ECO_CELSIUS = 18.5;
/** How long a room takes to cover two thirds of the way to the warmth it is heated to, or to the cold outside. */
const HEATING_HOURS = 1.5;
const COOLING_HOURS = 40;

/** The thermal life of one room: heated towards its target while too cold, losing to the outside all the time. */
class RoomWarmth {
  celsius: number;
  readonly comfortCelsius: number;

  constructor(comfortCelsius: number) {
    this.comfortCelsius = comfortCelsius;
    this.celsius = comfortCelsius - 0.8;
  }

  isComfortTime({ hour }: Moment): boolean {
    return hour >= COMFORT_FROM && hour < COMFORT_TO;
  }

  target(moment: Moment): number {
    return this.isComfortTime(moment) ? this.comfortCelsius : ECO_CELSIUS;
  }

  step(moment: Moment): void {
    const { elapsedHours, weather } = moment;
    const target = this.target(moment);
    const loss = 1 - Math.exp(-elapsedHours / COOLING_HOURS);
    this.celsius += (weather.celsius + 6 * weather.sunshine - this.celsius) * loss;
    if (this.celsius < target)
      this.celsius += (target + 0.1 - this.celsius) * (1 - Math.exp(-elapsedHours / HEATING_HOURS));
  }
}

/** Two controls: an IRoomControllerV2 that heats towards its target, and its schedule. */
export function addRoomController(house: HouseBuilder, name: string, place: Place, comfortCelsius: number): void {
  const warmth = new RoomWarmth(comfortCelsius);
  house.rules.push((moment) => warmth.step(moment));
  const schedule = { mode: house.value(1), value: house.value(comfortCelsius), needsActivation: house.value(0) };
  const timer = house.control({
    name: 'Heating and Cooling',
    type: 'IRCV2Daytimer',
    details: { analog: true, format: '%.1f°' },
    states: {
      entriesAndDefaultValue: house.daytimer(ECO_CELSIUS, COMFORT_HOURS),
      modeList: house.text('0:mode=0;name="Eco",1:mode=1;name="Comfort"'),
      ...schedule,
    },
  });
  house.add({
    name,
    type: 'IRoomControllerV2',
    place,
    details: { jLockable: true, format: '%.1f°', connectedInputs: 0, possibleCapabilities: 7 },
    states: { ...movingStates(house, warmth), ...settings(house, comfortCelsius), ...texts(house) },
    subControls: [timer],
  });
}

function movingStates(house: HouseBuilder, warmth: RoomWarmth): Record<string, string> {
  const phase = 10 * house.random();
  return {
    tempActual: house.value(warmth.celsius, { follow: () => warmth.celsius, decimals: 1, restlessBy: 0.1 }),
    tempTarget: house.value(0, { follow: (moment) => warmth.target(moment), decimals: 1 }),
    activeMode: house.value(1, { follow: (moment) => Number(warmth.isComfortTime(moment)) }),
    actualOutdoorTemp: house.value(0, { follow: ({ weather }) => weather.celsius, decimals: 1, restlessBy: 0.1 }),
    averageOutdoorTemp: house.value(0, { follow: ({ weather }) => weather.averageCelsius, decimals: 1 }),
    co2: house.value(480, {
      follow: ({ hour }) => 440 + 380 * bump(hour, 2 + (phase % 3), 4) + 260 * bump(hour, 19, 3),
      decimals: 0,
      restlessBy: 15,
    }),
    humidityActual: house.value(45, {
      follow: ({ weather, hour }) => 38 + weather.humidityPercent / 10 + 8 * bump(hour, 7, 1),
      decimals: 0,
      restlessBy: 1,
    }),
  };
}

function settings(house: HouseBuilder, comfortCelsius: number): Record<string, string> {
  return house.values({
    comfortTemperature: comfortCelsius,
    comfortTemperatureCool: comfortCelsius + 3,
    comfortTolerance: 1,
    absentMinOffset: -3,
    absentMaxOffset: 3,
    frostProtectTemperature: 6,
    heatProtectTemperature: 38,
    comfortTemperatureOffset: 0,
    shadingCoolTemp: 23,
    shadingHeatTemp: 19,
    // -1000 stands for "no value" (PROTOCOL §3.3).
    excessEnergyTempOffset: -1000,
    operatingMode: 0,
    currentMode: 1,
    prepareState: 0,
    overrideReason: 0,
    openWindow: 0,
    capabilities: 7,
    temperatureBoundaryInfo: 0,
    shadingOut: 0,
    useOutdoor: 1,
  });
}

function texts(house: HouseBuilder): Record<string, string> {
  return { jLocked: house.text(''), overrideEntries: house.text('[]'), modeList: house.text('["Eco","Comfort"]') };
}

/** Three controls: an IRoomController of Generation 1 with its array of temperatures, and its two schedules. */
export function addOldRoomController(house: HouseBuilder, name: string, place: Place): void {
  const warmth = new RoomWarmth(21);
  house.rules.push((moment) => warmth.step(moment));
  house.add({
    name,
    type: 'IRoomController',
    place,
    details: { restrictedToMode: 0, format: '%.1f°' },
    states: {
      tempActual: house.value(warmth.celsius, { follow: () => warmth.celsius, decimals: 1, restlessBy: 0.1 }),
      tempTarget: house.value(0, { follow: (moment) => warmth.target(moment), decimals: 1 }),
      ...house.values({ error: 0, mode: 0, serviceMode: 0, currHeatTempIx: 1, currCoolTempIx: 1, override: 0 }),
      ...house.values({ openWindow: 0, manualMode: 0, stop: 0, overrideTotal: 0, valveHeat: 35, valveCool: 0 }),
      temperatures: [-2, 21, 25, 18.5, 27, 1, -1].map((celsius) => house.value(celsius)),
    },
    subControls: ['Heating', 'Cooling'].map((schedule) =>
      house.control({
        name: schedule,
        type: 'IRCDaytimer',
        details: { analog: true, format: '%.1f°' },
        states: {
          entriesAndDefaultValue: house.daytimer(ECO_CELSIUS, COMFORT_HOURS),
          modeList: house.text('["Eco","Comfort"]'),
          ...house.values({ mode: 1, value: 21 }),
        },
      }),
    ),
  });
}
