import type { EcoflowDeviceOptions } from './options.ts';

/** One simulated device: what it is and what it says now. */
export class EcoflowDevice {
  readonly sn: string;
  readonly deviceName: string | undefined;
  readonly productName: string | undefined;
  readonly frame: (() => Uint8Array) | undefined;
  isOnline: boolean;
  /** Bound to the account; one that is not answers 1006. */
  isBound = true;
  #quotas: Record<string, unknown>;

  constructor({ sn, deviceName, productName, quotas = {}, frame, isOnline = true }: EcoflowDeviceOptions) {
    this.sn = sn;
    this.deviceName = deviceName;
    this.productName = productName;
    this.frame = frame;
    this.isOnline = isOnline;
    this.#quotas = { ...quotas };
  }

  /** Last known values; the cloud has them also while the device is off line. */
  get quotas(): Readonly<Record<string, unknown>> {
    return this.#quotas;
  }

  set(key: string, value: unknown): void {
    this.#quotas = { ...this.#quotas, [key]: value };
  }
}
