/** A simulated device as the command line offers it. Another device is another entry in `devices.ts`. */
export interface SimulatedDevice {
  /** What the user types. */
  readonly name: string;
  /** One line for the list of devices. */
  readonly summary: string;
  /** Its options, for `--help`. */
  readonly usage: string;
  /**
   * Starts the device with its own arguments.
   *
   * @throws UsageError when an argument is unknown or cannot be understood
   */
  start(args: readonly string[]): Promise<RunningDevice>;
}

/** A device that runs until stopped. */
export interface RunningDevice {
  /** Where it is reached and how an exporter is set up for it, for the user to read. */
  readonly report: string;
  stop(): Promise<void>;
}

/** The command line was not understood; the message says what was wrong with it. */
export class UsageError extends Error {}
