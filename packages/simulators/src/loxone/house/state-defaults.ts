import type { StateBoard } from './state-board.ts';
import { stateKind } from './state-kinds.ts';
import { type Structure, stateReferences } from './structure.ts';
import { weatherEntry } from './weather-station.ts';

/** What a numeric state of an unknown house starts with, and how far it may stray. */
interface Believable {
  readonly names: RegExp;
  readonly value: number;
  readonly restlessBy: number;
}

/** The first that fits counts; a name that fits none starts at 0 and rests. */
const BELIEVABLE: readonly Believable[] = [
  { names: /^(actualOutdoorTemp|averageOutdoorTemp)$/, value: 12.5, restlessBy: 0.4 },
  { names: /offset|tolerance$/i, value: 1, restlessBy: 0 },
  { names: /frostProtect/i, value: 6, restlessBy: 0 },
  { names: /heatProtect/i, value: 38, restlessBy: 0 },
  { names: /^(tempActual|temperature|temp)$/i, value: 21.5, restlessBy: 0.3 },
  { names: /temp(erature)?s?(Target|Cool|Boundary)?$/i, value: 21, restlessBy: 0 },
  { names: /humidity/i, value: 47, restlessBy: 2 },
  { names: /^co2$/i, value: 640, restlessBy: 25 },
  { names: /^total/i, value: 1200.5, restlessBy: 0 },
  { names: /(power|curr|pwr)$/i, value: 1.25, restlessBy: 0.3 },
  { names: /^(stateOfCharge|batteryStateOfCharge|Ssoc|storage)$/, value: 63, restlessBy: 0 },
  { names: /^(max|maxPower|maxLimit)$/, value: 100, restlessBy: 0 },
  { names: /^step$/, value: 1, restlessBy: 0 },
  { names: /^sunrise$/, value: 405, restlessBy: 0 },
  { names: /^sunset$/, value: 1130, restlessBy: 0 },
  { names: /^value$/, value: 20, restlessBy: 1 },
  { names: /^position$/, value: 0.5, restlessBy: 0.2 },
  { names: /^deviceState$/, value: 2, restlessBy: 0 },
];

/** Where a text state should not start empty, because clients parse what stands in it. */
const BELIEVABLE_TEXTS: Readonly<Record<string, string>> = {
  notifications: '[]',
  modifications: '{}',
  pastTasks: '[]',
  plannedTasks: '[]',
  overrideEntries: '[]',
  activeMoods: '[778]',
  moodList: '[{"name":"Off","static":true,"id":778,"t":0,"used":1}]',
  favoriteMoods: '[778]',
  additionalMoods: '[]',
  color: 'hsv(120,50,80)',
  textAndIcon: 'OK',
  text: 'OK',
  modeList: '0:mode=0;name="Off",1:mode=1;name="On"',
};

/** Registers every state of the file that the board does not know yet. */
export function addMissingStates(structure: Structure, board: StateBoard): void {
  for (const { uuid, name, owner } of stateReferences(structure)) {
    if (!board.has(uuid)) addState(board, uuid, owner, name);
  }
}

function addState(board: StateBoard, uuid: string, owner: string, name: string): void {
  const kind = stateKind(owner, name);
  if (kind === 'text') board.addText(uuid, BELIEVABLE_TEXTS[name] ?? '');
  if (kind === 'daytimer') board.addDaytimer({ uuid, defaultValue: 19, entries: COMFORT_HOURS });
  if (kind === 'weather') board.addWeather({ uuid, lastUpdate: 0, entries: [weatherEntry(0)] });
  if (kind !== 'value') return;
  const believable = BELIEVABLE.find((candidate) => candidate.names.test(name));
  board.addValue(uuid, believable?.value ?? 0, believable?.restlessBy ?? 0);
}

/** Comfort from six to ten in the evening, as most heating schedules begin their life. */
export const COMFORT_HOURS = [{ mode: 1, from: 360, to: 1320, needActivate: 0, value: 21.5 }];
