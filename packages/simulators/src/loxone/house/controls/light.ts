import { wander } from '../climate.ts';
import type { HouseBuilder, Place } from '../house-builder.ts';
import type { Moment } from '../moment.ts';
import type { Control } from '../structure.ts';
import { dimmerParts, switchParts } from './simple.ts';

/** What hangs on an output of a light controller. */
export interface Circuit {
  readonly name: string;
  readonly kind: 'Switch' | 'Dimmer' | 'ColorPickerV2';
}

/** One control and one for each circuit: lights that burn in dark hours while somebody is about. */
export function addLightController(
  house: HouseBuilder,
  name: string,
  place: Place,
  circuits: readonly Circuit[],
): void {
  const isLit = eveningLight(house);
  house.add({
    name,
    type: 'LightControllerV2',
    place,
    details: { jLockable: true, movementScene: 2 },
    states: {
      activeMoodsNum: house.value(0, { follow: (moment) => Number(isLit(moment)) }),
      presence: house.value(0, { follow: (moment) => Number(isLit(moment)) }),
      ...house.values({ presenceFrom: 360, presenceTo: 1380 }),
      activeMoods: house.text('[778]', (moment) => (isLit(moment) ? '[1]' : '[778]')),
      moodList: house.text('[{"name":"Bright","id":1,"used":1},{"name":"Off","static":true,"id":778,"t":0,"used":1}]'),
      favoriteMoods: house.text('[1,778]'),
      additionalMoods: house.text('[]'),
      circuitNames: house.text(
        JSON.stringify(Object.fromEntries(circuits.map(({ name: circuit }, index) => [`AI${index + 1}`, circuit]))),
      ),
      daylightConfig: house.text('{}'),
      jLocked: house.text(''),
    },
    subControls: circuits.map((circuit) => circuitControl(house, circuit, isLit)),
  });
}

/** On from dusk to bedtime and in winter mornings, with pauses that differ from room to room. */
function eveningLight(house: HouseBuilder): (moment: Moment) => boolean {
  const phase = 20 * house.random();
  return ({ unixMs, hour, weather }) =>
    weather.sunshine < 0.12 && hour > 6 && hour < 23 && wander(unixMs, 3, phase) > -0.35;
}

function circuitControl(house: HouseBuilder, circuit: Circuit, isLit: (moment: Moment) => boolean): Control {
  const { name, kind } = circuit;
  if (kind === 'Switch') return house.control(switchParts(house, name, isLit));
  if (kind === 'Dimmer') return house.control(dimmerParts(house, name, (moment) => (isLit(moment) ? 70 : 0)));
  return house.control({
    name,
    type: kind,
    details: { pickerType: 'Rgb' },
    states: {
      color: house.text('hsv(0,0,0)', (moment) => (isLit(moment) ? 'temp(70,2900)' : 'hsv(0,0,0)')),
      sequence: house.text('{}'),
      sequenceColorIdx: house.value(-1),
    },
  });
}
