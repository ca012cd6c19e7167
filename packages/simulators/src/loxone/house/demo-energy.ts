import { addEnergyFlowMonitor, addEnergyManager, addMeter, addWallbox } from './controls/energy.ts';
import type { DemoRooms } from './demo-rooms.ts';
import type { HouseBuilder } from './house-builder.ts';
import { type Piece, piece } from './plan.ts';

/** Meters, the monitors over them, and what charges the car. */
export function energyPieces(house: HouseBuilder, { utility, garage, energy: cat }: DemoRooms): Piece[] {
  const place = { room: utility, cat };
  const electric = { actualFormat: '%.3fkW', totalFormat: '%.1fkWh' };
  return [
    piece(4, () => {
      const grid = addMeter(house, 'Grid Meter', place, {
        ...electric,
        kind: 'bidirectional',
        actual: ({ gridKw }) => gridKw,
        total: ({ imported }) => imported,
        totalNeg: ({ exported }) => exported,
      });
      const solar = addMeter(house, 'Photovoltaics', place, {
        ...electric,
        kind: 'unidirectional',
        actual: ({ solarKw }) => solarKw,
        total: ({ produced }) => produced,
      });
      const battery = addMeter(house, 'Battery', place, {
        ...electric,
        kind: 'storage',
        actual: ({ batteryKw }) => batteryKw,
        total: ({ discharged }) => discharged,
        totalNeg: ({ charged }) => charged,
      });
      addEnergyFlowMonitor(house, 'Energy Flow', place, { grid, solar, battery });
    }),
    piece(1, () =>
      addMeter(house, 'Water Meter', place, {
        kind: 'unidirectional',
        actualFormat: '%.0f l/h',
        totalFormat: '%.1f l',
        actual: ({ waterLitresPerHour }) => waterLitresPerHour,
        total: ({ water }) => water,
      }),
    ),
    piece(1, () => addEnergyManager(house, 'Energy Manager', place)),
    piece(2, () => addWallbox(house, 'Wallbox', { room: garage, cat })),
  ];
}
