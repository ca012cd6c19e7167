import { addRoomController } from './controls/heating.ts';
import { addLightController } from './controls/light.ts';
import { addPresenceDetector } from './controls/security.ts';
import { addJalousie } from './controls/shading.ts';
import { addAnalog, addDigital, addPushbutton, addSwitch } from './controls/simple.ts';
import type { DemoRooms } from './demo-rooms.ts';
import type { HouseBuilder } from './house-builder.ts';
import { type Piece, piece } from './plan.ts';

/**
 * One more room of a large house. Its mix gives about 5.8 numeric states to a control, as in real homes, so that 500
 * controls make about 2 900 series.
 */
export function apartmentRoom(house: HouseBuilder, cats: DemoRooms, index: number): Piece[] {
  const number = index + 1;
  const room = house.room(`Room ${number}`);
  const light = { room, cat: cats.light };
  const climate = { room, cat: cats.climate };
  const security = { room, cat: cats.security };
  const open = { on: 'open', off: 'closed' };
  return [
    piece(2, () => addRoomController(house, `Controller ${number}`, climate, 20 + (index % 5) / 2)),
    piece(3, () =>
      addLightController(house, `Lights ${number}`, light, [
        { name: 'Ceiling', kind: 'Dimmer' },
        { name: 'Wall', kind: 'Switch' },
      ]),
    ),
    piece(1, () => addJalousie(house, `Blind ${number}`, { room, cat: cats.shading })),
    piece(1, () => addPresenceDetector(house, `Presence ${number}`, security)),
    piece(1, () => addDigital(house, `Window ${number}`, security, open, ({ hour }) => (hour + index) % 24 < 1)),
    piece(1, () => addDigital(house, `Door ${number}`, security, open, ({ hour }) => (hour * 4 + index) % 24 < 1)),
    piece(1, () => {
      const follow = ({ hour }: { hour: number }) => 45 + 6 * Math.sin((Math.PI * (hour + index)) / 12);
      addAnalog(house, `Humidity ${number}`, climate, '%.0f%%', { follow, decimals: 1, restlessBy: 1 });
    }),
    piece(1, () => addSwitch(house, `Socket ${number}`, light, ({ hour }) => (hour + index) % 24 < 12)),
    piece(1, () => addPushbutton(house, `Button ${number}`, light)),
  ];
}
