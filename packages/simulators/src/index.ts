export { type Clock, ManualClock, systemClock } from './clock.ts';
export type { RunningDevice, SimulatedDevice } from './device.ts';
export { devices } from './devices.ts';
export type { Drop, Faults } from './loxone/faults.ts';
export { createHouse, type HouseOptions } from './loxone/house/create-house.ts';
export { houseFromStructure } from './loxone/house/foreign-house.ts';
export type { House } from './loxone/house/house.ts';
export { UnknownStateError } from './loxone/house/state-board.ts';
export { StructureError } from './loxone/house/structure.ts';
export {
  type CommandRecord,
  type ConnectionRecord,
  type HttpRecord,
  type Ledger,
  LedgerTimeoutError,
  type LoginRecord,
} from './loxone/ledger.ts';
export type { TokenRecord } from './loxone/login/token-store.ts';
export { type Miniserver, startMiniserver } from './loxone/miniserver.ts';
export {
  type ApiKeyOptions,
  type LimitOptions,
  MiniserverOptionError,
  type MiniserverOptions,
  type WireOptions,
} from './loxone/options.ts';
export type { PlannedAnswer } from './loxone/server/fault-plan.ts';
export { ListenError } from './loxone/server/listener.ts';
export type { Outage } from './loxone/server/service.ts';
