import { seededRandom } from '../../random.ts';
import { wander } from './climate.ts';
import { House } from './house.ts';
import type { Rule } from './moment.ts';
import { StateBoard } from './state-board.ts';
import { addMissingStates } from './state-defaults.ts';
import { stateKind } from './state-kinds.ts';
import { parseStructure, stateReferences } from './structure.ts';
import { weatherRule } from './weather-station.ts';

/**
 * A house behind any structure file, a real one for instance. Every state gets a believable value; temperatures, powers
 * and the like drift around it, everything else rests until it is set.
 *
 * @throws StructureError when the file is none
 */
export function houseFromStructure(file: object): House {
  const structure = parseStructure(file);
  const board = new StateBoard(seededRandom(1));
  addMissingStates(structure, board);
  const weather = [...stateReferences(structure)].filter(({ owner, name }) => stateKind(owner, name) === 'weather');
  return new House(structure, board, [drift(board), weatherRule(board, weather)]);
}

function drift(board: StateBoard): Rule {
  const resting = board.restless.map((state, index) => ({ ...state, centre: board.value(state.uuid) ?? 0, index }));
  return ({ unixMs }) => {
    for (const { uuid, amplitude, centre, index } of resting) {
      const value = centre + amplitude * wander(unixMs, 3 + (index % 7), index);
      board.move(uuid, Math.round(value * 10) / 10);
    }
  };
}
