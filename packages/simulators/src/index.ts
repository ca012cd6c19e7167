export { type CarbonSink, type CarbonSinkOptions, startCarbonSink } from './carbon/carbon-sink.ts';
export type { CarbonFault, CarbonFaults } from './carbon/faults.ts';
export type { CarbonLedger, CarbonPoint } from './carbon/ledger.ts';
/** @public */
export { parsePlaintextLine } from './carbon/plaintext-reader.ts';
/** @public */
export { UnpickleError, unpicklePoints } from './carbon/unpickle.ts';
export { type Clock, ManualClock } from './clock.ts';
export type { RunningDevice, SimulatedDevice } from './device.ts';
export { type EcoflowCloud, startEcoflowCloud } from './ecoflow/cloud.ts';
export type { EcoflowDevice } from './ecoflow/device-board.ts';
export type { CloudFault, EcoflowFaults } from './ecoflow/faults.ts';
export { type DisplayValues, displayFrame } from './ecoflow/frame.ts';
export type { CloudRequest, EcoflowLedger } from './ecoflow/ledger.ts';
export type { EcoflowCloudOptions, EcoflowDeviceOptions } from './ecoflow/options.ts';
export type { Drop, Faults } from './loxone/faults.ts';
export { createHouse, type HouseOptions } from './loxone/house/create-house.ts';
export type { House } from './loxone/house/house.ts';
export { UnknownStateError } from './loxone/house/state-board.ts';
export type { CommandRecord, ConnectionRecord, HttpRecord, Ledger, LoginRecord } from './loxone/ledger.ts';
export type { TokenRecord } from './loxone/login/token-store.ts';
export { type Miniserver, startMiniserver } from './loxone/miniserver.ts';
export type { ApiKeyOptions, LimitOptions, MiniserverOptions, WireOptions } from './loxone/options.ts';
export type { PlannedAnswer } from './loxone/server/fault-plan.ts';
export type { Outage } from './loxone/server/service.ts';
/** @public For servers of tests. */
export { type Identity, loopbackIdentity } from './self-signed.ts';
export { CaptureError, withChildren } from './tplink/capture/capture.ts';
export { startTplinkDemo, type TplinkDemoOptions } from './tplink/demo.ts';
export type { TplinkFaults } from './tplink/faults.ts';
export type { HandshakeRecord, RequestRecord, TplinkLedger } from './tplink/ledger.ts';
export { TPLINK_MODELS, type TplinkModel } from './tplink/models/models.ts';
export type { TplinkOptions } from './tplink/options.ts';
export type { AnswerFault, FaultPhase } from './tplink/server/fault-plan.ts';
export { startTplinkDevice, type TplinkDevice } from './tplink/start-tplink-device.ts';
export type { TplinkTransport } from './tplink/transport.ts';
