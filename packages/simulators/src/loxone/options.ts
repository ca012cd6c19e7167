import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../clock.ts';
import { FEATURE, isAtLeast } from './firmware.ts';
import type { House } from './house/house.ts';
import type { HashAlgorithm } from './login/hashes.ts';
import type { RandomBytes } from './login/one-time-keys.ts';

/** How a simulated Miniserver is set up; every field has a default. */
export interface MiniserverOptions {
  /** Hardware generation: 1 speaks plain HTTP and ws only, 2 also TLS on a second port. Default 2. */
  readonly generation?: 1 | 2;
  /** Firmware version; decides which commands exist and how they behave (PROTOCOL §1). Default `14.5.12.28`. */
  readonly firmware?: string;
  /** Twelve hex digits. Default `504F94A0B84A`. */
  readonly serialNumber?: string;
  /** Loopback address to listen on: `127.0.0.1`, `::1` or `localhost`. Default `127.0.0.1`. */
  readonly host?: string;
  /** Plain port; 0 takes a free one. Default 0. */
  readonly port?: number;
  /** TLS port of a Generation 2; 0 takes a free one. Default 0. */
  readonly sslPort?: number;
  /** Whether a Generation 2 serves its plain port, answers everything there with 403, or does not listen. Default open. */
  readonly plainPort?: 'open' | 'refusing' | 'closed';
  /** The one user there is; any characters. Default `exporter`. */
  readonly user?: string;
  /** Their password; any characters. Default `secret`. */
  readonly password?: string;
  /** What `getkey2` says; `unnamed` leaves `hashAlg` out, which means SHA1. Default SHA256 from 10.4, else SHA1. */
  readonly passwordHash?: HashAlgorithm | 'unnamed';
  /** HMAC for token hashes. Default SHA256 from 10.4, else SHA1. */
  readonly tokenHash?: HashAlgorithm;
  /** A house, or a parsed `LoxAPP3.json` to serve as one. Default: the demo house of about 60 controls. */
  readonly house?: House | object;
  /** House seconds per second. Default 1. */
  readonly speed?: number;
  /** Value events a second, exactly; 0 keeps the house still. Default: as the house moves. */
  readonly eventsPerSecond?: number;
  /** What `apiKey` answers. Default: the truth, as text. */
  readonly apiKey?: ApiKeyOptions;
  /** How bytes are laid out. Default: the plainest way. */
  readonly wire?: WireOptions;
  /** Times and counts. Default: those of a real Miniserver as far as they are known. */
  readonly limits?: LimitOptions;
  /** Default: the real time. */
  readonly clock?: Clock;
  /** Source of keys, salts and tokens. Default: node's. */
  readonly randomBytes?: RandomBytes;
}

/** The answer to `/jdev/cfg/apiKey`. */
export interface ApiKeyOptions {
  /** `text`: the usual string of pseudo-JSON with single quotes; `object`: real JSON, as some firmwares send. */
  readonly form?: 'text' | 'object';
  /** 1 = TLS usable, 2 = certificate expired. Default 1 on Generation 2, absent on 1. */
  readonly httpsStatus?: 1 | 2;
  /** Whether events can be subscribed to. Default: whether a slot is free. */
  readonly hasEventSlots?: boolean;
  /** Unknown keys to add. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** How bytes are laid out on the way, all of it legal. */
export interface WireOptions {
  /**
   * `plain`: one frame per write; `glued`: header and payload in one TCP segment; `split`: every WebSocket message in
   * fragments of few bytes, each written on its own. Default plain.
   */
  readonly framing?: 'plain' | 'glued' | 'split';
  /** Messages of at least so many bytes get an estimated header before the exact one. Default: none. */
  readonly estimateFromBytes?: number;
  /** Milliseconds between a command and its answer. Default 0. */
  readonly answerDelayMs?: number;
  /** What the answer calls the command: `dev/…`, `jdev/…`, or exactly as received (the ciphertext). Default dev. */
  readonly echo?: 'dev' | 'jdev' | 'received';
  /** Breaks the base64 of `fenc` answers into lines of 76 characters. Default false. */
  readonly base64LineFeeds?: boolean;
}

/** Times and counts at which the Miniserver has had enough. */
export interface LimitOptions {
  /** A client silent for so long is closed with 1000. Default 300 000. */
  readonly idleTimeoutMs?: number;
  /** A connection not logged in after so long is answered 420 and closed. Default 10 000. */
  readonly loginDeadlineMs?: number;
  /** How long the key of a `getkey`, `getkey2`, `keyexchange` or token answer may be used. Default 5 000. */
  readonly oneTimeKeyLifetimeMs?: number;
  /** How long tokens live. Default: 4 h for permission 2 (web), 28 days for 4 (app). */
  readonly tokenLifetimeMs?: number;
  /** Subscribers of events at once; one more is closed with 4008. Default 31. */
  readonly eventSlots?: number;
  /** Failed logins in a row from one address before it is blocked (4003). Default 10. */
  readonly failedLogins?: number;
  /** How long it stays blocked. Default 60 000. */
  readonly blockMs?: number;
}

/** {@link MiniserverOptions} with every default filled in. The house is not part of it. */
export interface Settings {
  readonly generation: 1 | 2;
  readonly firmware: string;
  readonly serialNumber: string;
  readonly host: string;
  readonly port: number;
  readonly sslPort: number;
  readonly plainPort: 'open' | 'refusing' | 'closed';
  readonly user: string;
  readonly password: string;
  readonly passwordHash: HashAlgorithm | 'unnamed';
  readonly tokenHash: HashAlgorithm;
  readonly speed: number;
  readonly eventsPerSecond: number | undefined;
  readonly apiKey: ApiKeyOptions;
  readonly wire: Required<WireOptions>;
  readonly limits: Required<Omit<LimitOptions, 'tokenLifetimeMs'>> & Pick<LimitOptions, 'tokenLifetimeMs'>;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

/** An option that cannot be served. */
export class MiniserverOptionError extends Error {}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Fills in the defaults.
 *
 * @throws MiniserverOptionError for a host that is not loopback: the simulator's credentials are no secret
 */
export function resolveOptions(options: MiniserverOptions): Settings {
  const { house: _, ...given } = options;
  const settings = { ...DEFAULTS, ...given };
  check(settings);
  const hash = isAtLeast(settings.firmware, FEATURE.sha256) ? 'SHA256' : 'SHA1';
  return {
    passwordHash: hash,
    tokenHash: hash,
    eventsPerSecond: undefined,
    ...settings,
    wire: { ...DEFAULT_WIRE, ...options.wire },
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  };
}

function check({ host, firmware, generation, plainPort }: typeof DEFAULTS): void {
  if (!LOOPBACK.has(host)) {
    throw new MiniserverOptionError(`host: expected one of ${[...LOOPBACK].join(', ')}, found ${host}`);
  }
  if (!/^\d+(\.\d+)*$/.test(firmware)) {
    throw new MiniserverOptionError(`firmware: expected numbers separated by dots, found ${firmware}`);
  }
  if (generation === 1 && plainPort !== 'open') {
    throw new MiniserverOptionError(`plainPort: a Generation 1 has no other port, so it cannot be ${plainPort}`);
  }
}

const DEFAULTS: Omit<Settings, 'passwordHash' | 'tokenHash' | 'eventsPerSecond' | 'wire' | 'limits'> = {
  generation: 2,
  firmware: '14.5.12.28',
  serialNumber: '504F94A0B84A',
  host: '127.0.0.1',
  port: 0,
  sslPort: 0,
  plainPort: 'open',
  user: 'exporter',
  password: 'secret',
  speed: 1,
  apiKey: {},
  clock: systemClock,
  randomBytes,
};

const DEFAULT_WIRE = {
  framing: 'plain',
  estimateFromBytes: Number.POSITIVE_INFINITY,
  answerDelayMs: 0,
  echo: 'dev',
  base64LineFeeds: false,
} as const;

const DEFAULT_LIMITS = {
  idleTimeoutMs: 300_000,
  loginDeadlineMs: 10_000,
  oneTimeKeyLifetimeMs: 5000,
  eventSlots: 31,
  failedLogins: 10,
  blockMs: 60_000,
} as const;
