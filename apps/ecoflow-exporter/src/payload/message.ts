import type { Readings } from './readings.ts';

/** A command of the protobuf protocol. */
export interface Command {
  readonly func: number;
  readonly id: number;
}

/** What one message of the cloud says about one device. */
export interface Message {
  readonly readings: Readings;
  /**
   * Whether it shows that the device is on line: said so (true, false), or shown by data that it has pushed (true);
   * undefined when the message is no evidence.
   */
  readonly isOnline: boolean | undefined;
  /** Commands that no table of the device's family knows, one entry for each time. */
  readonly unknownCommands: readonly Command[];
}

/** Bytes that are no message of the cloud. */
export class BadPayloadError extends Error {}

/** Longer payloads are refused before anything is made of them; full states are below 64 kB. */
export const MAX_PAYLOAD_BYTES = 1_048_576;
