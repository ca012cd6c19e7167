import type { DeviceHealth } from '@device-exporters/exporter';
import type { ListedDevice } from './cloud/listed-device.ts';
import type { Config } from './config.ts';
import { readDevicesSetting } from './devices-setting.ts';
import { type DeviceEntry, type NameOverrides, nameDevice } from './naming.ts';
import { Station, type StationContext } from './station.ts';

/** The devices that are followed, by serial number. */
export class Stations {
  readonly #context: StationContext;
  readonly #config: Config;
  readonly #entries: readonly DeviceEntry[];
  readonly #stations = new Map<string, Station>();

  /** @throws {BadDevicesFileError} when the file of models is none */
  constructor(config: Config, context: StationContext) {
    this.#config = config;
    this.#context = context;
    this.#entries = readDevicesSetting(config.devices_json);
  }

  /** The serial numbers that the configuration wants; undefined: every one of the account. */
  get wanted(): readonly string[] | undefined {
    const { device_sn } = this.#config;
    return device_sn.length === 0 ? undefined : device_sn;
  }

  all(): Station[] {
    return [...this.#stations.values()];
  }

  get(sn: string): Station | undefined {
    return this.#stations.get(sn);
  }

  /**
   * Follows the devices that are wanted: names them as the cloud does, and lets those go that the account has no more.
   *
   * @returns serial numbers that are wanted, and that the account does not have
   */
  async follow(listed: readonly ListedDevice[]): Promise<string[]> {
    const known = new Map(listed.map((device) => [device.sn, device]));
    const serials = this.wanted ?? [...known.keys()];
    for (const [sn, station] of this.#stations) if (!serials.includes(sn)) this.#drop(sn, station);
    for (const sn of serials) {
      if (!this.#stations.has(sn)) this.#stations.set(sn, await this.#create(sn, known.get(sn)));
    }
    return serials.filter((sn) => !known.has(sn));
  }

  health(): DeviceHealth[] {
    return this.all().map((station) => station.health());
  }

  /** Brings the page up to date. */
  render(): void {
    for (const station of this.#stations.values()) station.render();
  }

  dispose(): void {
    for (const [sn, station] of this.#stations) this.#drop(sn, station);
  }

  #create(sn: string, cloud: ListedDevice | undefined): Promise<Station> {
    const names = nameDevice(sn, cloud ?? {}, this.#overridesFor(sn), this.#entries);
    return Station.create(sn, names, this.#context);
  }

  /** Names, products and keys stand in the order of the serial numbers. */
  #overridesFor(sn: string): NameOverrides {
    const { device_sn, device_name, product_name, device_general_key } = this.#config;
    const place = Math.max(0, device_sn.indexOf(sn));
    return { deviceName: device_name[place], productName: product_name[place], generalKey: device_general_key[place] };
  }

  #drop(sn: string, station: Station): void {
    this.#stations.delete(sn);
    station.dispose();
  }
}
