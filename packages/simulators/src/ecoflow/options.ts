/** A device of the simulated account. */
export interface EcoflowDeviceOptions {
  /** Serial number; its start tells the model. */
  readonly sn: string;
  readonly deviceName?: string;
  readonly productName?: string;
  /** Values by key, as `quota/all` gives them. */
  readonly quotas?: Readonly<Record<string, unknown>>;
  /** Speaks protobuf: the reply to a request for everything, as it goes over the broker. Default: JSON. */
  readonly frame?: () => Uint8Array;
  readonly isOnline?: boolean;
}

/** How the simulated cloud is set up; every field has a default. */
export interface EcoflowCloudOptions {
  /** A loopback address. Default 127.0.0.1. */
  readonly host?: string;
  /** Port of the HTTP interface; 0 takes a free one. Default 0. */
  readonly port?: number;
  /** Developer keys. Default `access` and `secret-key`. */
  readonly accessKey?: string;
  readonly secretKey?: string;
  /** The account of the app. Default `user@example.com` and `secret`. */
  readonly email?: string;
  readonly password?: string;
  readonly devices?: readonly EcoflowDeviceOptions[];
  /** The broker that certifications name. Default: one of its own, without TLS. */
  readonly broker?: { readonly url: string; readonly port: number; readonly protocol: 'mqtt' | 'mqtts' };
}

/** Digits of the simulated account: more than a double can hold. */
export const USER_ID = '1234567890123456789';

/** Accounts at the broker, as certifications name them. */
export const DEVELOPER_ACCOUNT = `open-${'0123456789abcdef'.repeat(2)}`;
export const APP_ACCOUNT = `app-${'fedcba9876543210'.repeat(2)}`;
export const BROKER_PASSWORD = 'broker-password';
