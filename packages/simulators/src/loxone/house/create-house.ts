import { apartmentRoom } from './apartment.ts';
import { demoPieces } from './demo-controls.ts';
import { addDemoRooms } from './demo-rooms.ts';
import { House } from './house.ts';
import { HouseBuilder } from './house-builder.ts';
import type { Moment } from './moment.ts';
import { build } from './plan.ts';
import type { Structure } from './structure.ts';
import { weatherRule } from './weather-station.ts';

/** What house to build. */
export interface HouseOptions {
  /** Controls in all, sub-controls counted. Default: the demo house as it stands, about 60. */
  readonly controls?: number;
  /** Another seed gives other habits of the inhabitants. Default 1. */
  readonly seed?: number;
  /** Twelve hex digits. Default `504F94A0B84A`. */
  readonly serialNumber?: string;
  /** Hardware generation that the file names as `miniserverType`. Default 2. */
  readonly generation?: 1 | 2;
  /** Name of the Miniserver in the file. Default `Demo House`. */
  readonly name?: string;
}

/** Number of controls of the demo house. */
const DEMO_CONTROLS = 60;

/**
 * Builds a believable house. The same options give the same house, state by state; larger ones have the demo house in
 * them and further rooms around it.
 */
export function createHouse(options: HouseOptions = {}): House {
  const { controls = DEMO_CONTROLS, seed = 1, serialNumber = '504F94A0B84A', name = 'Demo House' } = options;
  // 0 is a Miniserver of Generation 1, 2 one of Generation 2 (PROTOCOL §1).
  const miniserverType = options.generation === 1 ? 0 : 2;
  const house = new HouseBuilder(seed, serialNumber);
  const rooms = addDemoRooms(house);
  build(house, controls, demoPieces(house, rooms), (builder, index) => apartmentRoom(builder, rooms, index));
  const structure: Structure = {
    lastModified: '2025-03-04 09:41:07',
    msInfo: { ...describe(name, serialNumber), miniserverType },
    globalStates: addGlobalStates(house),
    operatingModes: { 0: 'Public holiday', 1: 'Vacation', 2: 'School holiday', 3: 'Weekday' },
    rooms: house.rooms,
    cats: house.cats,
    controls: house.controls,
    weatherServer: addWeatherServer(house),
    times: {},
    caller: {},
    mailer: {},
    autopilot: {},
    messageCenter: {},
  };
  return new House(structure, house.board, house.rules);
}

function describe(msName: string, serialNr: string) {
  return {
    serialNr,
    msName,
    projectName: 'Simulated Home',
    localUrl: '127.0.0.1',
    remoteUrl: '',
    hostname: 'localhost',
    tempUnit: 0,
    currency: '€',
    squareMeasure: 'm²',
    location: 'Greenwich',
    languageCode: 'ENG',
    catTitle: 'Category',
    roomTitle: 'Room',
    sortByRating: false,
    currentUser: { name: 'exporter', uuid: '1c8b2764-0060-3721-fffffd5438c1b69c', isAdmin: false, userRights: 6 },
  };
}

function addGlobalStates(house: HouseBuilder): Record<string, string> {
  return {
    operatingMode: house.value(3),
    sunrise: house.value(405, { follow: ({ weather }) => weather.sunriseMinutes }),
    sunset: house.value(1130, { follow: ({ weather }) => weather.sunsetMinutes }),
    hasInternet: house.value(1),
    pastTasks: house.text('[]'),
    plannedTasks: house.text('[]'),
    notifications: house.text('[]'),
    modifications: house.text('{}'),
    favColors: house.text('[]'),
    favColorSequences: house.text('[]'),
    miniserverTime: house.text('', minuteOf),
  };
}

/** `2017-07-03 13:01:36 +02:00:00`, brought up to date with each minute. */
function minuteOf({ unixMs }: Moment): string {
  const minute = new Date(Math.floor(unixMs / 60_000) * 60_000).toISOString();
  return `${minute.slice(0, 10)} ${minute.slice(11, 19)} +00:00:00`;
}

function addWeatherServer(house: HouseBuilder) {
  const states = { actual: house.uuid(), forecast: house.uuid() };
  const named = Object.entries(states).map(([name, uuid]) => ({ name, uuid }));
  house.rules.push(weatherRule(house.board, named));
  return {
    states,
    format: { relativeHumidity: '%.0f%%', temperature: '%.1f°', windSpeed: '%.0fkm/h', precipitation: '%.1fmm' },
    weatherTypeTexts: { 3: 'Partly Cloudy', 11: 'Rain' },
  };
}
