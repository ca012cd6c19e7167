/** What a device is. What it does not say is empty. */
export interface DeviceIdentity {
  /** The device's own id, as `get_device_info` or `get_sysinfo` gives it (not the one of discovery). */
  readonly deviceId: string;
  /** Full id of an outlet or hub child; empty for the device itself. */
  readonly childId: string;
  /** Name given by the owner, decoded. */
  readonly alias: string;
  /** Without region: `P110`. */
  readonly model: string;
  readonly family: DeviceFamily;
  readonly firmware: string;
  readonly hardware: string;
  /** `AA:BB:CC:00:11:22`. */
  readonly mac: string;
}

/** Families of devices, as configurations name them. @public */
export const DEVICE_FAMILIES = ['PLUG', 'STRIP', 'BULB', 'SWITCH', 'HUB', 'SENSOR'] as const;
export type DeviceFamily = (typeof DEVICE_FAMILIES)[number];

/** What a device says now. What it does not report is absent; nothing is ever invented. */
export interface Measurements {
  readonly powerWatts?: number;
  readonly voltageVolts?: number;
  readonly currentAmperes?: number;
  /** Since local midnight of the device. */
  readonly energyTodayJoules?: number;
  /** Since the start of the month, local time of the device. */
  readonly energyMonthJoules?: number;
  /** A device's own lifetime count; IOT only. */
  readonly energyTotalJoules?: number;
  readonly runtimeTodaySeconds?: number;
  readonly runtimeMonthSeconds?: number;
  readonly isRelayOn?: boolean;
  readonly onTimeSeconds?: number;
  readonly rssiDbm?: number;
  /** 0 to 3. */
  readonly signalLevel?: number;
  readonly isOverheated?: boolean;
  readonly isOvercurrent?: boolean;
  readonly isOverloaded?: boolean;
  readonly isCloudConnected?: boolean;
  /** 0 to 1. */
  readonly brightnessRatio?: number;
  /** Absent in colour mode. */
  readonly colorTemperatureKelvin?: number;
  /** Children of hubs: whether the hub reaches them. An offline one has nothing else, as its readings are stale. */
  readonly isOnline?: boolean;
  readonly temperatureCelsius?: number;
  readonly targetTemperatureCelsius?: number;
  /** 0 to 1. */
  readonly humidityRatio?: number;
  readonly isBatteryLow?: boolean;
  /** 0 to 1. */
  readonly batteryRatio?: number;
  readonly isContactOpen?: boolean;
  readonly isMotionDetected?: boolean;
  readonly isWaterLeaking?: boolean;
}

/** One device or child at one moment. */
export interface Reading {
  readonly identity: DeviceIdentity;
  readonly measurements: Measurements;
}

/** A device with its outlets or hub children at one moment. */
export interface Snapshot {
  readonly device: Reading;
  readonly children: readonly Reading[];
}

/** A device that can be asked again and again. Remembers what it knows of its abilities. */
export interface PolledDevice {
  /** @throws {DeviceError} when the device as a whole cannot be read; a single refused method costs its values alone */
  poll(signal: AbortSignal): Promise<Snapshot>;
}
