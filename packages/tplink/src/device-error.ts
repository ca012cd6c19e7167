/** Why a device could not be read, as the label `reason` tells it. */
export const FAULT_REASONS = ['auth', 'third_party_disabled', 'timeout', 'refused', 'protocol'] as const;
export type FaultReason = (typeof FAULT_REASONS)[number];

/** A device could not be asked, or did not answer as it should. */
export abstract class DeviceError extends Error {
  abstract readonly reason: FaultReason;
}

/** The device does not accept the account, or is locked after too many tries. */
export class AuthenticationError extends DeviceError {
  readonly reason = 'auth';
}

/** "Third-Party Compatibility" is off in the TP-Link app. */
export class ThirdPartyDisabledError extends DeviceError {
  readonly reason = 'third_party_disabled';
}

/** No answer in time. */
export class DeviceTimeoutError extends DeviceError {
  readonly reason = 'timeout';
}

/** Nobody there, or a connection that breaks off. */
export class DeviceRefusedError extends DeviceError {
  readonly reason = 'refused';
}

/** An answer that is none. */
export class ProtocolError extends DeviceError {
  readonly reason = 'protocol';
}
