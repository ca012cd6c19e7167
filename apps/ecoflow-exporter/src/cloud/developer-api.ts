import type { Log } from '@device-exporters/exporter';
import type { Clock } from '@device-exporters/retry';
import { createStamp, type DeveloperKeys, signRequest } from '../signing.ts';
import { type Certification, readCertification } from './certification.ts';
import type { CloudClient } from './cloud-client.ts';
import { UNKNOWN_KEY, WRONG_SIGNATURE } from './envelope.ts';
import { BadAnswerError, CredentialsRefusedError } from './errors.ts';
import { HOSTS, originOf } from './hosts.ts';
import { type ListedDevice, readListedDevices } from './listed-device.ts';

/** What the developer interface is asked with. */
export interface DeveloperApiOptions {
  readonly client: CloudClient;
  readonly keys: DeveloperKeys;
  /** Undefined: the region is found out. */
  readonly host: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const LIST = '/iot-open/sign/device/list';
const QUOTAS = '/iot-open/sign/device/quota/all';
const CERTIFICATION = '/iot-open/sign/certification';

/** The developer interface: signed requests, each good once. */
export class DeveloperApi {
  readonly #options: DeveloperApiOptions;
  #origin: URL;
  /** Regions that are still to be tried, where the configuration names none. */
  #others: string[];

  constructor(options: DeveloperApiOptions) {
    this.#options = options;
    const [first, ...others] = HOSTS;
    this.#origin = originOf(options.host ?? first);
    this.#others = options.host === undefined ? others : [];
  }

  /** The devices of the account, with who is on line. @throws {CloudError} */
  async list(signal: AbortSignal): Promise<ListedDevice[]> {
    const data = (await this.#get(LIST, {}, signal)) ?? [];
    if (!Array.isArray(data)) throw new BadAnswerError(`GET ${LIST}: expected a list`);
    return readListedDevices(data, `GET ${LIST}`);
  }

  /** The last known values of a device: of one that is off line as well. @throws {CloudError} */
  quotas(sn: string, signal: AbortSignal): Promise<unknown> {
    return this.#get(QUOTAS, { sn }, signal);
  }

  /** The account at the broker. @throws {CloudError} */
  async certification(signal: AbortSignal): Promise<Certification> {
    return readCertification(await this.#get(CERTIFICATION, {}, signal), `GET ${CERTIFICATION}`);
  }

  async #get(path: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#ask(path, parameters, signal);
    } catch (error) {
      if (!(error instanceof CredentialsRefusedError)) throw error;
      // Seen as a passing fault of the server: once more, with another nonce.
      if (error.code === WRONG_SIGNATURE) return this.#ask(path, parameters, signal);
      if (error.code === UNKNOWN_KEY && this.#others.length > 0)
        return this.#findRegion(path, parameters, signal, error);
      throw error;
    }
  }

  /** Keys belong to a region: the other ones are tried, once, and the one that knows the key is kept. */
  async #findRegion(
    path: string,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
    first: CredentialsRefusedError,
  ): Promise<unknown> {
    const { log } = this.#options;
    const tried = this.#origin;
    const others = this.#others;
    this.#others = [];
    for (const host of others) {
      this.#origin = originOf(host);
      try {
        const data = await this.#ask(path, parameters, signal);
        log.info({ host }, 'the key belongs to this region; set ECOFLOW_API_HOST to it');
        return data;
      } catch (error) {
        if (!(error instanceof CredentialsRefusedError && error.code === UNKNOWN_KEY)) throw error;
      }
    }
    this.#origin = tried;
    throw first;
  }

  #ask(path: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    const { client, keys, clock } = this.#options;
    const url = new URL(path, this.#origin);
    url.search = new URLSearchParams(parameters).toString();
    const make = () => ({
      url,
      method: 'GET' as const,
      headers: { ...signRequest(keys, createStamp(Math.round(clock.now())), parameters) },
    });
    return client.ask(make, signal);
  }
}

/** What to say to a user whose key is refused. */
export function adviceFor(error: unknown, host: string | undefined): string | undefined {
  if (!(error instanceof CredentialsRefusedError)) return undefined;
  if (error.code !== UNKNOWN_KEY) return 'the cloud refuses the credentials';
  const others = HOSTS.filter((name) => name !== host).join(', ');
  return `the key is wrong, or of another region than the host; other hosts are ${others}`;
}
