import type { HouseBuilder } from './house-builder.ts';

/** Rooms and categories of the demo house, by what they are for. Some names test a client's UTF-8. */
export type DemoRooms = ReturnType<typeof addDemoRooms>;

/** Adds them to the house; the values are UUIDs. */
export function addDemoRooms(house: HouseBuilder) {
  return {
    living: house.room('Living Room'),
    kitchen: house.room('Kitchen'),
    bedroom: house.room('Bedroom'),
    child: house.room('Zoë’s Room'),
    bath: house.room('Bathroom'),
    office: house.room('Büro'),
    hall: house.room('Hallway'),
    garden: house.room('Garden & Café Terrace'),
    utility: house.room('Utility Room'),
    garage: house.room('Garage'),
    light: house.category('Lighting', 'lights'),
    climate: house.category('Indoor Climate', 'indoortemperature'),
    shading: house.category('Shading', 'shading'),
    energy: house.category('Energy', 'undefined'),
    security: house.category('Security', 'undefined'),
    weather: house.category('Weather', 'undefined'),
    other: house.category('Other', 'undefined'),
  };
}
