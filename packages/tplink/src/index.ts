/** @public For configurations: an address is refused before anything is asked. */
export { InvalidAddressError, parseAddress } from './connect/address.ts';
export { type Connection, type ConnectTarget, connectTo } from './connect/connection.ts';
export type { ConnectionHint } from './connect/hint.ts';
export type { ConnectDeps, DevicePorts, Link } from './connect/way.ts';
export type { Credentials } from './credentials.ts';
export { DeviceError, FAULT_REASONS, type FaultReason } from './device-error.ts';
/** @public For exporters. */
export { DISCOVERY_PORTS, DiscoveryError, type DiscoveryOptions, discover } from './discovery/discover.ts';
export type { DiscoveredDevice } from './discovery/reply.ts';
/** @public For exporters. */
export { type DeviceRead, DeviceReader, type DeviceReaderOptions, faultReasonOf } from './follow/device-reader.ts';
/** @public For exporters. */
export { type Newcomer, Roster, type RosterDevice, type RosterNews, type RosterOptions } from './follow/roster.ts';
/** @public For exporters. */
export { type Whereabouts, whereaboutsOf } from './follow/whereabouts.ts';
export { createPolledDevice } from './polled-device.ts';
/** @public For exporters. */
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
