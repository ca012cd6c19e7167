import type { HouseBuilder, Place } from '../house-builder.ts';
import type { Moment } from '../moment.ts';
import type { Counter, PowerPlant } from '../power-plant.ts';
import type { JsonObject } from '../structure.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a meter measures. */
export interface Measurement {
  readonly kind: 'unidirectional' | 'bidirectional' | 'storage';
  readonly actualFormat: string;
  readonly totalFormat: string;
  /** The flow now; negative means the other way. */
  readonly actual: (power: PowerPlant) => number;
  readonly total: (power: PowerPlant) => Counter;
  /** Of a bidirectional meter or a storage: what went the other way. */
  readonly totalNeg?: (power: PowerPlant) => Counter;
}

/** One control: a meter whose total is what its flow added up to. Returns its UUID. */
export function addMeter(house: HouseBuilder, name: string, place: Place, measurement: Measurement): string {
  const { kind, actualFormat, totalFormat, actual, total, totalNeg } = measurement;
  const storage =
    kind === 'storage'
      ? { storage: house.value(45, { follow: ({ power }) => power.batteryPercent, decimals: 1 }) }
      : {};
  return house.add({
    name,
    type: 'Meter',
    place,
    details: { jLockable: false, type: kind, actualFormat, totalFormat, ...storageDetails(kind) },
    states: {
      jLocked: house.text(''),
      actual: house.value(0, { follow: ({ power }) => actual(power), restlessBy: 0.05 }),
      ...counterStates(house, 'total', total),
      ...(totalNeg === undefined ? {} : counterStates(house, 'totalNeg', totalNeg)),
      ...storage,
    },
  });
}

function storageDetails(kind: Measurement['kind']): JsonObject {
  return kind === 'storage' ? { storageFormat: '%.0f%%', storageMax: 100 } : {};
}

function counterStates(
  house: HouseBuilder,
  name: string,
  counter: (power: PowerPlant) => Counter,
): Record<string, string> {
  const follow = (read: (counter: Counter) => number) => ({ follow: ({ power }: Moment) => read(counter(power)) });
  return {
    [name]: house.value(
      0,
      follow(({ total }) => total),
    ),
    [`${name}Day`]: house.value(
      0,
      follow(({ day }) => day),
    ),
    [`${name}Week`]: house.value(
      0,
      follow(({ week }) => week),
    ),
    [`${name}Month`]: house.value(
      0,
      follow(({ month }) => month),
    ),
    [`${name}Year`]: house.value(
      0,
      follow(({ year }) => year),
    ),
  };
}

/** One control: the energy flow monitor over meters that were added before, by their UUIDs. */
export function addEnergyFlowMonitor(
  house: HouseBuilder,
  name: string,
  place: Place,
  meters: { readonly grid: string; readonly solar: string; readonly battery: string },
): void {
  const node = (nodeType: string, title: string, ctrlUuid: string, flow: (power: PowerPlant) => number) => {
    const uuid = house.value(0, { follow: ({ power }) => flow(power) });
    // Real files put the state's UUID here, the document a state's name (PROTOCOL §9).
    return { uuid: house.uuid(), nodeType, title, ctrlUuid, actualEfmState: uuid };
  };
  const nodes = [
    node('Grid', 'Grid', meters.grid, ({ gridKw }) => gridKw),
    node('Production', 'Roof', meters.solar, ({ solarKw }) => solarKw),
    node('Storage', 'Battery', meters.battery, ({ batteryKw }) => batteryKw),
  ];
  house.add({
    name,
    type: 'EFM',
    place,
    details: { actualFormat: '%.2f kW', storageFormat: '%.1f kWh', nodes },
    states: {
      jLocked: house.text(''),
      ...powerFlows(house),
      ...house.values({ Pre: 0.08, Pri: 0.31, CO2: 0.38 }),
      selfConsumption: house.value(0, { follow: ({ power }) => selfConsumption(power), decimals: 0 }),
      ...Object.fromEntries(nodes.map(({ actualEfmState }, index) => [`actual${index}`, actualEfmState])),
    },
  });
}

/** Grid, storage and production in kilowatts, with the signs of PROTOCOL §9. */
function powerFlows(house: HouseBuilder): Record<string, string> {
  return {
    Gpwr: house.value(0, { follow: ({ power }) => power.gridKw }),
    Spwr: house.value(0, { follow: ({ power }) => power.batteryKw }),
    Ppwr: house.value(0, { follow: ({ power }) => power.solarKw }),
  };
}

/** Percent of the produced energy that stays in the house. */
function selfConsumption({ solarKw, gridKw }: PowerPlant): number {
  return solarKw > 0 ? (100 * (solarKw - Math.max(0, -gridKw))) / solarKw : 0;
}

/** One control: the manager that decides what may use the surplus. */
export function addEnergyManager(house: HouseBuilder, name: string, place: Place): void {
  house.add({
    name,
    type: 'EnergyManager2',
    place,
    details: { jLockable: true, HasSsoc: true, HasSpwr: true, HasPpwr: true },
    states: {
      jLocked: house.text(''),
      ...powerFlows(house),
      Ssoc: house.value(45, { follow: ({ power }) => power.batteryPercent, decimals: 0 }),
      ...house.values({ MinSoc: 10, MaxSpwr: 5 }),
      loads: house.text('[]'),
    },
  });
}

/** Two controls: a wall box with a car that comes home in the evening, and its tracker. */
export function addWallbox(house: HouseBuilder, name: string, place: Place): void {
  const isConnected = house.value(0, { follow: ({ power }) => Number(power.isCarConnected) });
  house.add({
    name,
    type: 'Wallbox2',
    place,
    details: { jLockable: true, actualFormat: '%.2fkW', totalFormat: '%.1fkWh' },
    states: {
      jLocked: house.text(''),
      actual: house.value(0, { follow: ({ power }) => power.carKw }),
      ...counterStates(house, 'total', ({ carCharged }) => carCharged),
      connected: isConnected,
      active: house.value(0, { follow: ({ power }) => Number(power.carKw > 0) }),
      ...house.values({ enabled: 1, loadshed: 0, phaseSwitching: 0, mode: 1, limit: 11, modeUnplug: 0, priority: 1 }),
      // -1337 stands for "no price" (PROTOCOL §9).
      ...house.values({ pricePerHour: -1337, pricePerkWh: -1337, limitedBy: 0 }),
      session: house.text('{}', chargingSession),
    },
    subControls: [
      house.control({
        name: 'Sessions',
        type: 'Tracker',
        details: { maxEntries: 20 },
        states: { entries: house.text('') },
      }),
    ],
  });
}

/** `connect` and `start` in Unix seconds (PROTOCOL §9): the car comes home at six and charges from ten. */
function chargingSession({ power, unixMs, hour }: Moment): string {
  if (!power.isCarConnected) return '{}';
  const midnight = unixMs - (unixMs % DAY_MS) - (hour < 12 ? DAY_MS : 0);
  const [connect, start] = [18, 22].map((clock) => (midnight + clock * HOUR_MS) / 1000);
  const energy = Math.round(power.carSessionKwh * 10) / 10;
  return JSON.stringify({ connect, disconnect: 0, start, energy, power: power.carKw, user: '', price: 0 });
}
