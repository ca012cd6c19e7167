import { addOldRoomController, addRoomController } from './controls/heating.ts';
import { addLightController } from './controls/light.ts';
import { addHourCounter, addVentilation } from './controls/machines.ts';
import { addIntercom, addPresenceDetector, addSmokeAlarm, addWindowMonitor } from './controls/security.ts';
import { addGate, addJalousie } from './controls/shading.ts';
import { addAnalog, addDigital, addDimmer, addPushbutton, addSwitch, addTextState } from './controls/simple.ts';
import { energyPieces } from './demo-energy.ts';
import type { DemoRooms } from './demo-rooms.ts';
import type { HouseBuilder } from './house-builder.ts';
import { type Piece, piece } from './plan.ts';

/** The controls of the demo house: one of nearly everything an exporter meets, odd ones included. */
export function demoPieces(house: HouseBuilder, rooms: DemoRooms): Piece[] {
  return [
    ...oddPieces(house, rooms),
    ...weatherPieces(house, rooms),
    ...energyPieces(house, rooms),
    ...climatePieces(house, rooms),
    ...lightPieces(house, rooms),
    ...shadingPieces(house, rooms),
    ...securityPieces(house, rooms),
    ...otherPieces(house, rooms),
  ];
}

/** What real homes hold against the unwary (PROTOCOL §8). */
function oddPieces(house: HouseBuilder, { office, other, hall }: DemoRooms): Piece[] {
  const place = { room: office, cat: other };
  return [
    // The same name, room, category and type twice.
    piece(1, () => addSwitch(house, 'Socket', place, ({ hour }) => hour > 8 && hour < 17)),
    piece(1, () => addSwitch(house, 'Socket', place, () => true)),
    // Neither room nor category nor states.
    piece(1, () => house.add({ name: 'User Manual', type: 'Webpage', details: { url: 'http://192.0.2.30/manual' } })),
    // A type that came with some future release.
    piece(1, () => {
      const states = {
        waterTemperature: house.value(25, { follow: ({ weather }) => 25 + weather.celsius / 40, decimals: 1 }),
        pumpSpeed: house.value(40),
        advice: house.text('Feed the fish'),
      };
      house.add({ name: 'Aquarium', type: 'AquariumController', place: { room: hall, cat: other }, states });
    }),
  ];
}

function weatherPieces(house: HouseBuilder, { garden, weather: cat }: DemoRooms): Piece[] {
  const place = { room: garden, cat };
  return [
    piece(1, () => {
      const life = { follow: ({ weather }: { weather: { celsius: number } }) => weather.celsius, decimals: 1 };
      addAnalog(house, 'Outdoor Temperature', place, '%.1f°', { ...life, restlessBy: 0.1 });
    }),
    piece(1, () => {
      const follow = ({ weather }: { weather: { sunshine: number } }) => 95_000 * weather.sunshine;
      addAnalog(house, 'Sunshine', place, '%.0f lx', { follow, decimals: 0, restlessBy: 300 });
    }),
    piece(1, () => {
      const follow = ({ weather }: { weather: { windKmh: number } }) => weather.windKmh;
      addAnalog(house, 'Wind Speed', place, '%.0fkm/h', { follow, decimals: 1, restlessBy: 0.8 });
    }),
    piece(1, () => addDigital(house, 'Rain', place, { on: 'Rain', off: 'Dry' }, ({ weather }) => weather.isRaining)),
  ];
}

function climatePieces(house: HouseBuilder, rooms: DemoRooms): Piece[] {
  const { living, bedroom, child, office, bath, climate: cat } = rooms;
  const controller = (room: string, celsius: number) =>
    piece(2, () => addRoomController(house, 'Room Controller', { room, cat }, celsius));
  return [
    controller(living, 21.5),
    controller(bedroom, 19),
    controller(child, 21),
    controller(office, 20.5),
    piece(3, () => addOldRoomController(house, 'Bathroom Heating', { room: bath, cat })),
    piece(1, () => addVentilation(house, 'Ventilation', { room: bath, cat })),
    piece(1, () => {
      const follow = ({ hour }: { hour: number }) => 46 + 30 * Math.exp(-((hour - 7) ** 2));
      addAnalog(house, 'Humidity', { room: bath, cat }, '%.0f%%', { follow, decimals: 0, restlessBy: 2 });
    }),
  ];
}

function lightPieces(house: HouseBuilder, rooms: DemoRooms): Piece[] {
  const { living, kitchen, bedroom, hall, garden, light: cat } = rooms;
  const ceiling = { name: 'Ceiling', kind: 'Dimmer' } as const;
  return [
    piece(4, () =>
      addLightController(house, 'Living Room Lights', { room: living, cat }, [
        ceiling,
        { name: 'Sofa', kind: 'ColorPickerV2' },
        { name: 'Shelf', kind: 'Switch' },
      ]),
    ),
    piece(3, () =>
      addLightController(house, 'Kitchen Lights', { room: kitchen, cat }, [
        ceiling,
        { name: 'Worktop', kind: 'Switch' },
      ]),
    ),
    piece(2, () => addLightController(house, 'Bedroom Lights', { room: bedroom, cat }, [ceiling])),
    piece(2, () =>
      addLightController(house, 'Hallway Lights', { room: hall, cat }, [{ name: 'Ceiling', kind: 'Switch' }]),
    ),
    piece(1, () => addDimmer(house, 'Terrace Light', { room: garden, cat }, ({ hour }) => (hour > 20 ? 40 : 0))),
  ];
}

function shadingPieces(house: HouseBuilder, rooms: DemoRooms): Piece[] {
  const { living, kitchen, bedroom, child, garage, shading: cat } = rooms;
  const blinds = [
    ['South Blind', living],
    ['Patio Blind', living],
    ['Kitchen Blind', kitchen],
    ['Bedroom Shutter', bedroom],
    ['Store für Zoë', child],
  ] as const;
  return [
    ...blinds.map(([name, room]) => piece(1, () => addJalousie(house, name, { room, cat }))),
    piece(1, () => addGate(house, 'Garage Door', { room: garage, cat })),
  ];
}

function securityPieces(house: HouseBuilder, rooms: DemoRooms): Piece[] {
  const { living, hall, office, bedroom, kitchen, security: cat } = rooms;
  const windows = [
    { name: 'Patio Door', room: living },
    { name: 'Kitchen Window', room: kitchen },
    { name: 'Bedroom Window', room: bedroom },
    { name: 'Bürofenster', room: office },
  ];
  return [
    piece(1, () => addPresenceDetector(house, 'Presence', { room: living, cat })),
    piece(1, () => addPresenceDetector(house, 'Presence', { room: hall, cat })),
    piece(2, () => addSmokeAlarm(house, 'Smoke Alarm', { room: hall, cat })),
    piece(1, () => addWindowMonitor(house, 'Windows', { room: hall, cat }, windows)),
    piece(2, () => addIntercom(house, 'Front Door', { room: hall, cat })),
  ];
}

function otherPieces(house: HouseBuilder, { kitchen, garden, utility, hall, other: cat }: DemoRooms): Piece[] {
  return [
    piece(1, () => addSwitch(house, 'Coffee Machine', { room: kitchen, cat }, ({ hour }) => hour > 6.5 && hour < 9)),
    piece(1, () => addSwitch(house, 'Garden Pump', { room: garden, cat }, ({ hour }) => hour > 5 && hour < 5.5)),
    piece(1, () =>
      addTextState(house, 'Heating Status', { room: utility, cat }, ({ weather }) =>
        weather.celsius < 15 ? 'Heating' : 'Summer mode',
      ),
    ),
    piece(1, () => addTextState(house, 'Müllabfuhr', { room: hall, cat }, () => 'Donnerstag: Papier ♻')),
    piece(1, () => addHourCounter(house, 'Heating Pump Hours', { room: utility, cat })),
    piece(1, () => addPushbutton(house, 'All Off', { room: hall, cat })),
  ];
}
