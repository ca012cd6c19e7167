import { BadAnswerError } from './errors.ts';

/** A device of an account, as the cloud lists it. */
export interface ListedDevice {
  readonly sn: string;
  readonly deviceName: string | undefined;
  readonly productName: string | undefined;
  /** Undefined where the list does not say. */
  readonly isOnline: boolean | undefined;
}

/** Accounts have a handful. */
const MOST_DEVICES = 10_000;

/** Reads an entry of a list of devices; undefined for one without a serial number. */
function readListedDevice(entry: unknown): ListedDevice | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { sn, deviceName, productName, online } = entry as Readonly<Record<string, unknown>>;
  if (typeof sn !== 'string' || sn === '') return undefined;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const isOnline = online === undefined || online === null ? undefined : Number(online) === 1;
  return { sn, deviceName: text(deviceName), productName: text(productName), isOnline };
}

/** @throws {BadAnswerError} when there are more than any account has */
export function readListedDevices(entries: readonly unknown[], what: string): ListedDevice[] {
  if (entries.length > MOST_DEVICES) throw new BadAnswerError(`${what}: ${entries.length} devices`);
  return entries.flatMap((entry) => readListedDevice(entry) ?? []);
}
