import type { Secret } from './secret.ts';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';
export type LogFormat = 'logfmt' | 'json';

/** What a setting of each format is in the configuration. */
export interface FormatTypes {
  text: string;
  secret: Secret;
  boolean: boolean;
  number: number;
  integer: number;
  port: number;
  host: string;
  url: string;
  'text-list': readonly string[];
  'word-list': readonly string[];
  /** Networks in CIDR notation; null is the one that the machine is in. */
  'network-list': readonly (string | null)[];
  'text-map': Readonly<Record<string, string>>;
  'list-map': Readonly<Record<string, readonly string[]>>;
  /** Values as YAML or JSON has them: numbers stay numbers, lists stay lists. */
  'map-list': readonly Readonly<Record<string, PlainValue>>[];
  file: string;
  'tls-verification': boolean | string;
  'log-level': LogLevel;
  'log-format': LogFormat;
}

/** What YAML and JSON can say. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

export type FormatName = keyof FormatTypes;
