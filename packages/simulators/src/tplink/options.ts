import { randomBytes } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { type Clock, systemClock } from '../clock.ts';
import { type Model, readCapture } from './capture/capture.ts';
import type { IdentityOptions } from './capture/identity.ts';
import { objectOr } from './json.ts';
import { builtIn, type TplinkModel } from './models/models.ts';
import type { IotOptions } from './payload/iot.ts';
import type { SmartOptions } from './payload/smart.ts';
import { checkTransport, type TplinkTransport } from './transport.ts';
import type { LoginVersion } from './wire/aes.ts';
import type { Login } from './wire/klap.ts';
import type { Passcode } from './wire/passcode.ts';

/** How a simulated TP-Link device is set up; every field has a default. */
export interface TplinkOptions extends IdentityOptions {
  /** A device of our own making. Default `p110`. */
  readonly model?: TplinkModel;
  /** A capture in the shared format to serve instead. */
  readonly capture?: object;
  /** Default: that of the model; for a capture what its discovery says, XOR when it has none. */
  readonly transport?: TplinkTransport;
  /** What it accepts besides, as a TPAP device does KLAP while third-party access is on. Default nothing. */
  readonly alsoSpeaks?: readonly TplinkTransport[];
  /** Loopback address: any `127.x.y.z`, `::1` or `localhost`. Default `127.0.0.1`. */
  readonly host?: string;
  /** Port 80 of a device; 0 takes a free one, kept over restarts. Default 0. */
  readonly httpPort?: number;
  /** Port 9999 of a device, TCP and UDP; 0 takes a free one. Default 0. */
  readonly xorPort?: number;
  /** Port 20002 of a device, UDP; 0 takes a free one. Default 0. */
  readonly discoveryPort?: number;
  /** What discovery is answered on: port 9999 for XOR and 20002 for the rest, both, or nothing. Default auto. */
  readonly discovery?: 'auto' | 'both' | 'none';
  /** The account's e-mail, upper and lower case told apart. Default `user@example.com`. */
  readonly user?: string;
  /** Default `secret`. */
  readonly password?: string;
  /** Whose login is accepted: the account's, none, or one of the set-up accounts (PROTOCOLS §4.3). Default account. */
  readonly credentials?: 'account' | 'blank' | 'kasa-setup' | 'tapo-setup';
  /** Whether readings move with time. Default: true for a model, false for a capture. */
  readonly moving?: boolean;
  readonly http?: HttpOptions;
  readonly session?: SessionOptions;
  readonly smart?: SmartOptions;
  readonly iot?: IotOptions;
  /** Default: what the capture's discovery says (`lv`), else 2. */
  readonly loginVersion?: LoginVersion;
  readonly tpap?: TpapOptions;
  /** Failed logins in a row after which -40404 is answered for so long. Default never. */
  readonly lockOut?: { readonly failures: number; readonly forMs: number };
  /** Default: the real time. */
  readonly clock?: Clock;
  /** Source of keys, seeds and cookies. Default: node's. */
  readonly randomBytes?: (size: number) => Buffer;
}

/** What the little web server is like. Its defaults are the strict ones. */
export interface HttpOptions {
  /** Ends the connection after every reply, as P100 do. Default: true for `p100`, else false. */
  readonly closeAfterReply?: boolean;
  /** `exact`: a body is seen only behind `Content-Length` in this very case, else a stock page comes. Default exact. */
  readonly contentLength?: 'exact' | 'any';
  /** What a request gets that comes while another is under way: 403, or its answer. Default refused. */
  readonly parallel?: 'refused' | 'answered';
  /** What the cookie is called when it is set. It has to come back as `TP_SESSIONID` all the same. */
  readonly cookieName?: 'TP_SESSIONID' | 'SESSIONID';
  /** Milliseconds between a request and its answer. Default 0. */
  readonly answerDelayMs?: number;
}

/** How long sessions live. */
export interface SessionOptions {
  /** What the TIMEOUT cookie says; undefined in a real one is 86 400. Default 86 400. */
  readonly lifetimeSeconds?: number;
  /** Whether a new login ends the session before it. Default true. */
  readonly single?: boolean;
  /** KLAP: the next number must be the last plus one, or merely greater. TPAP always counts exactly. Default exact. */
  readonly sequence?: 'exact' | 'increasing';
}

/** How a TPAP device wants to be talked to. */
export interface TpapOptions {
  /** Default `password_shadow` 2. */
  readonly passcode?: Passcode;
  /** Rounds of PBKDF2. Default 1000. */
  readonly iterations?: number;
  /** Default [2]. */
  readonly pake?: readonly number[];
  readonly userHashType?: 0 | 1;
  /** Whether the device share is a compressed point. Default false. */
  readonly compressedShare?: boolean;
  /** What the session's id is called. Default stok. */
  readonly sessionField?: 'stok' | 'sessionId';
}

/** {@link TplinkOptions} with every default filled in. */
export interface Settings {
  readonly model: Model;
  readonly transport: TplinkTransport;
  readonly alsoSpeaks: readonly TplinkTransport[];
  readonly host: string;
  readonly httpPort: number;
  readonly xorPort: number;
  readonly discoveryPort: number;
  readonly discovery: 'auto' | 'both' | 'none';
  readonly login: Login;
  readonly credentials: 'account' | 'blank' | 'kasa-setup' | 'tapo-setup';
  readonly identity: IdentityOptions;
  readonly moving: boolean;
  readonly http: Required<HttpOptions>;
  readonly session: Required<SessionOptions>;
  readonly smart: Required<SmartOptions>;
  readonly iot: Required<IotOptions>;
  readonly loginVersion: LoginVersion;
  readonly tpap: Required<TpapOptions>;
  readonly lockOut: { readonly failures: number; readonly forMs: number };
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
}

/** An option that cannot be served. */
export class TplinkOptionError extends Error {}

/**
 * Fills in the defaults.
 *
 * @throws TplinkOptionError for a host that is not loopback
 * @throws TransportError for a transport that does not carry the capture's payload
 * @throws CaptureError for a capture that is none
 */
export function resolveOptions(options: TplinkOptions): Settings {
  const preset = options.capture === undefined ? builtIn(options.model ?? 'p110') : undefined;
  const model = readCapture(options.capture ?? preset?.capture ?? {});
  const transport = options.transport ?? preset?.transport ?? transportOf(model);
  const { alsoSpeaks = [], httpPort = 0, xorPort = 0, discoveryPort = 0, discovery = 'auto' } = options;
  for (const spoken of [transport, ...alsoSpeaks]) checkTransport(spoken, model.kind);
  return {
    ...{ model, transport, alsoSpeaks, httpPort, xorPort, discoveryPort, discovery },
    ...{ ...accountOf(options), host: checkHost(options.host ?? '127.0.0.1'), identity: options },
    moving: options.moving ?? options.capture === undefined,
    http: { ...DEFAULT_HTTP, ...preset?.http, ...options.http },
    session: { lifetimeSeconds: 86_400, single: true, sequence: 'exact', ...options.session },
    smart: { batches: 'answered', batchLimit: 5, pageSize: 10, ...preset?.smart, ...options.smart },
    iot: { firstModuleOnly: false, shortChildIds: false, ...options.iot },
    loginVersion: options.loginVersion ?? loginVersionOf(model),
    tpap: { ...DEFAULT_TPAP, ...options.tpap },
    clock: options.clock ?? systemClock,
    randomBytes: options.randomBytes ?? randomBytes,
  };
}

function accountOf(options: TplinkOptions): Pick<Settings, 'login' | 'credentials' | 'lockOut'> {
  return {
    login: { user: options.user ?? 'user@example.com', password: options.password ?? 'secret' },
    credentials: options.credentials ?? 'account',
    lockOut: options.lockOut ?? { failures: Number.POSITIVE_INFINITY, forMs: 0 },
  };
}

/** AES without `lv` means the older login (PROTOCOLS §1). */
function loginVersionOf({ discovery }: Model): LoginVersion {
  const scheme = objectOr(discovery?.['mgt_encrypt_schm']);
  return scheme['encrypt_type'] === 'AES' && !('lv' in scheme) ? 1 : 2;
}

/** @throws TplinkOptionError unless it is a loopback address */
export function checkHost(host: string): string {
  const isLoopback = host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
  if (!isLoopback) throw new TplinkOptionError(`host: expected 127.x.y.z, ::1 or localhost, found ${host}`);
  return host;
}

const SMART_TRANSPORTS: Readonly<Record<string, TplinkTransport>> = { AES: 'aes', KLAP: 'klap2', TPAP: 'tpap' };

function transportOf({ kind, discovery }: Model): TplinkTransport {
  const scheme = objectOr(discovery?.['mgt_encrypt_schm']);
  const type = scheme['encrypt_type'];
  if (kind === 'smart') return SMART_TRANSPORTS[String(type)] ?? 'klap2';
  if (type !== 'KLAP') return 'xor';
  return 'lv' in scheme || scheme['new_klap'] === 1 ? 'klap2' : 'klap';
}

const DEFAULT_HTTP = {
  closeAfterReply: false,
  contentLength: 'exact',
  parallel: 'refused',
  cookieName: 'TP_SESSIONID',
  answerDelayMs: 0,
} as const;

const DEFAULT_TPAP = {
  passcode: { type: 'password_shadow', passwordId: 2 },
  iterations: 1000,
  pake: [2],
  userHashType: 0,
  compressedShare: false,
  sessionField: 'stok',
} as const;
