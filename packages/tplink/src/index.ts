export type { Credentials } from './credentials.ts';
export { DeviceError, FAULT_REASONS, type FaultReason } from './device-error.ts';
export {
  DEVICE_FAMILIES,
  type DeviceFamily,
  type DeviceIdentity,
  type Measurements,
  type PolledDevice,
  type Reading,
  type Snapshot,
} from './reading.ts';
export type { Payload, Protocol, Transport } from './transport.ts';
