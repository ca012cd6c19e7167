/** Which table a state travels in; the structure file does not say (PROTOCOL §9). */
export type StateKind = 'value' | 'text' | 'daytimer' | 'weather';

/** States that carry text whatever control they belong to. */
const TEXT_STATES = new Set([
  // Any control
  'jLocked',
  'infoText',
  'autoInfoText',
  'lockedReason',
  'modeList',
  'events',
  'resetActive',
  // InfoOnlyText, TextInput, TextState
  'text',
  'textAndIcon',
  'iconAndColor',
  // Windows and doors
  'windowStates',
  'inputStates',
  // Light
  'sceneList',
  'activeMoods',
  'moodList',
  'favoriteMoods',
  'additionalMoods',
  'circuitNames',
  'daylightConfig',
  'color',
  'sequence',
  'favorites',
  // Climate
  'overrideEntries',
  'controls',
  'stoppedBy',
  'controlInfo',
  'zones',
  // Energy
  'loads',
  'profiles',
  'session',
  // Alarms and doors
  'sensors',
  'entryList',
  'entries',
  'lastBellEvents',
  // Audio
  'songName',
  'artist',
  'sourceList',
  // Whole house
  'pastTasks',
  'plannedTasks',
  'notifications',
  'modifications',
  'favColors',
  'favColorSequences',
  'miniserverTime',
]);

/** The kind of a state, by its name and the type of its control; numeric where nothing else is known. */
export function stateKind(owner: string, name: string): StateKind {
  if (name === 'entriesAndDefaultValue') return 'daytimer';
  if (owner === 'weatherServer' && (name === 'actual' || name === 'forecast')) return 'weather';
  // A text for this one type only; a smoke alarm's cause is a bit field.
  if (owner === 'AalSmartAlarm' && name === 'alarmCause') return 'text';
  return TEXT_STATES.has(name) ? 'text' : 'value';
}
