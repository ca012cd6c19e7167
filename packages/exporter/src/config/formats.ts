import { existsSync } from 'node:fs';
import { isIP, isIPv4 } from 'node:net';
import { resolve } from 'node:path';
import type { FormatName, FormatTypes, LogFormat, LogLevel } from './format-types.ts';
import type { Setting } from './schema.ts';

interface Format {
  /** What is expected, after "expected ". */
  readonly expected: string;
  /**
   * The value that a file or a variable means, undefined where it means none. A file gives what YAML made of it, a
   * variable always text.
   */
  read(raw: unknown, setting: Setting): unknown;
}

/** Numbers and switches that YAML read as such are text where text is expected: an unquoted `name: 1234`. */
function asText(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw;
  return typeof raw === 'number' || typeof raw === 'boolean' ? `${raw}` : undefined;
}

function asNumber(raw: unknown, { minimum, maximum }: Setting): number | undefined {
  const isNumeric = typeof raw === 'string' && /^[+-]?\d+(\.\d+)?$/.test(raw.trim());
  const value = isNumeric ? Number(raw) : raw;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return value < (minimum ?? value) || value > (maximum ?? value) ? undefined : value;
}

function asInteger(raw: unknown, setting: Setting): number | undefined {
  const value = asNumber(raw, setting);
  return Number.isInteger(value) ? value : undefined;
}

const TRUE = new Set(['true', 'yes', 'on', '1']);
const FALSE = new Set(['false', 'no', 'off', '0']);

function asBoolean(raw: unknown): boolean | undefined {
  const word = asText(raw)?.trim().toLowerCase() ?? '';
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : undefined;
}

/** A name or an address, IPv6 with or without brackets; no scheme, port or path. */
function asHost(raw: unknown): string | undefined {
  const host = asText(raw)?.trim() ?? '';
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address.replace(/%.*$/, '')) !== 0) return address;
  const isName = /^(?!-)[\p{L}\p{N}_-]{1,63}(?<!-)(\.(?!-)[\p{L}\p{N}_-]{1,63}(?<!-))*\.?$/u.test(host);
  // A name of digits and dots alone is a mistyped address.
  return isName && !/^[\d.]+$/.test(host) ? host : undefined;
}

function asUrl(raw: unknown): string | undefined {
  const text = asText(raw) ?? '';
  const isHttp = URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
  return isHttp ? text : undefined;
}

function asTextList(raw: unknown): readonly string[] | undefined {
  if (raw === null) return [];
  if (typeof raw === 'string') return raw.split(',').flatMap((item) => item.trim() || []);
  if (!Array.isArray(raw)) return undefined;
  const items = raw.map((item) => asText(item));
  return items.every((item) => item !== undefined) ? items : undefined;
}

/** Like a list of texts; a variable's may be parted by spaces as well, as none of them holds any. */
function asWordList(raw: unknown): readonly string[] | undefined {
  return asTextList(typeof raw === 'string' ? raw.trim().replaceAll(/[\s,]+/g, ',') : raw);
}

/** An IPv4 network: `192.0.2.0/24`. */
function isNetwork(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  return isIPv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32;
}

function asNetworkList(raw: unknown): readonly (string | null)[] | undefined {
  if (raw === null) return [null];
  const items = Array.isArray(raw) ? raw : (asWordList(raw) ?? [undefined]);
  const networks = items.map((item) => (item === null || item === 'null' ? null : asText(item)));
  return networks.every((network) => network === null || isNetwork(network ?? ''))
    ? (networks as (string | null)[])
    : undefined;
}

/** A section stands for the list of its keys, but for those that are switched off: `{a: …, b: …, c: false}` is `[a, b]`. */
function keysSwitchedOn(section: object): string[] {
  return Object.entries(section).flatMap(([key, value]) => (value === false ? [] : [key]));
}

/** Lists by name. */
function asListMap(raw: unknown): Record<string, readonly string[]> | undefined {
  if (raw === null) return {};
  if (typeof raw !== 'object' || Array.isArray(raw)) return undefined;
  const entries = Object.entries(raw as object).map(([name, value]: [string, unknown]) => {
    const isSection = typeof value === 'object' && value !== null && !Array.isArray(value);
    return [name, isSection ? keysSwitchedOn(value) : asTextList(value)] as const;
  });
  if (entries.some(([, list]) => list === undefined)) return undefined;
  return Object.fromEntries(entries) as Record<string, readonly string[]>;
}

function asTextMap(raw: unknown): Record<string, string> | undefined {
  if (raw === null) return {};
  if (typeof raw !== 'object' || Array.isArray(raw)) return undefined;
  const entries = Object.entries(raw as object).map(([key, value]) => [key, asText(value)] as const);
  return entries.every(([, value]) => value !== undefined)
    ? (Object.fromEntries(entries) as Record<string, string>)
    : undefined;
}

/** A list of sections; one section stands for a list of one. */
function asMapList(raw: unknown): FormatTypes['map-list'] | undefined {
  if (raw === null) return [];
  const items: unknown[] = Array.isArray(raw) ? raw : [raw];
  const areMaps = items.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
  return areMaps ? (items as FormatTypes['map-list']) : undefined;
}

const LOG_LEVELS: Readonly<Record<string, LogLevel>> = {
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  // Of Python, which the originals are written in.
  notset: 'debug',
  critical: 'error',
  fatal: 'error',
};

const LOG_FORMATS: Readonly<Record<string, LogFormat>> = { logfmt: 'logfmt', text: 'logfmt', json: 'json' };

function wordOf<T>(words: Readonly<Record<string, T>>, raw: unknown): T | undefined {
  const word = asText(raw)?.trim().toLowerCase() ?? '';
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

const FORMATS: Readonly<Record<FormatName, Format>> = {
  text: { expected: 'text', read: asText },
  secret: { expected: 'text', read: asText },
  boolean: { expected: 'true or false', read: asBoolean },
  number: { expected: 'a number', read: asNumber },
  integer: { expected: 'a whole number', read: asInteger },
  port: {
    expected: 'a port number from 1 to 65535',
    read: (raw, setting) => asInteger(raw, { ...setting, minimum: 1, maximum: 65535 }),
  },
  host: { expected: 'a host name or an IP address', read: asHost },
  url: { expected: 'an http:// or https:// address', read: asUrl },
  'text-list': { expected: 'a list of texts', read: asTextList },
  'word-list': { expected: 'a list of texts', read: asWordList },
  'network-list': {
    expected: 'a list of networks such as 192.0.2.0/24, with null for the one that this machine is in',
    read: asNetworkList,
  },
  'text-map': { expected: 'a section of names and texts', read: asTextMap },
  'list-map': { expected: 'a section of names and lists', read: asListMap },
  'map-list': { expected: 'a list of sections of names and values', read: asMapList },
  file: { expected: 'the path of a file', read: (raw) => asText(raw) || undefined },
  'tls-verification': {
    expected: 'true, false or the path of a CA file',
    read: (raw) => asBoolean(raw) ?? (asText(raw)?.trim() || undefined),
  },
  'log-level': { expected: 'one of debug, info, warning, error', read: (raw) => wordOf(LOG_LEVELS, raw) },
  'log-format': { expected: 'one of logfmt, json', read: (raw) => wordOf(LOG_FORMATS, raw) },
};

/** What is expected of a setting, for problems and for the README. */
export function expectedOf({ format, minimum, maximum, nullable }: Setting): string {
  const orNull = nullable === true ? ', or null' : '';
  if (Array.isArray(format)) return `one of ${format.join(', ')}${orNull}`;
  const { expected } = FORMATS[format as FormatName];
  const from = minimum === undefined ? '' : ` from ${minimum}`;
  return `${expected}${from}${maximum === undefined ? '' : ` to ${maximum}`}${orNull}`;
}

/**
 * The value that a raw one means for a setting, or undefined where it means none.
 *
 * @param folder what relative paths are relative to
 */
export function readValue(raw: unknown, setting: Setting, folder: string): unknown {
  const { format } = setting;
  const isNullable = setting.nullable === true || (setting.default === null && setting.required !== true);
  if (raw === null && isNullable) return null;
  if (Array.isArray(format)) return format.find((word) => word === asText(raw)?.trim().toLowerCase());
  const value = FORMATS[format as FormatName].read(raw, setting);
  const isPath = typeof value === 'string' && (format === 'file' || format === 'tls-verification');
  return isPath ? located(folder, value) : value;
}

/** In the folder, else where the program was started, if it is there and nowhere else. */
function located(folder: string, path: string): string {
  const [here, there] = [resolve(folder, path), resolve(path)];
  return !existsSync(here) && existsSync(there) ? there : here;
}
