import { readObject } from './envelope.ts';
import { fieldOf, type JsonRecord, numberOf, textOf } from './record.ts';

/** What a Miniserver says of itself to anybody who asks, at `jdev/cfg/apiKey`. Undefined: it does not say. */
export interface ApiKey {
  /** Serial number as twelve upper-case hex digits, as in the structure file. */
  readonly serial: string | undefined;

  /** Firmware version, such as `14.5.12.28`. */
  readonly version: string | undefined;

  /** Whether the request came from its own network (firmware 12.1 and newer). */
  readonly isLocal: boolean | undefined;

  /** False: all 31 subscribers of events are there. */
  readonly hasEventSlots: boolean | undefined;

  /** 1: TLS can be used; 2: the certificate has expired. A Miniserver without TLS does not say. */
  readonly httpsStatus: number | undefined;
}

/**
 * Reads the value of an `apiKey` answer: JSON with single quotes in a text, or on some firmwares a real object (both
 * observed). Its `key`, a one-time key, and whatever newer firmwares add is left out.
 *
 * @throws {MalformedEnvelopeError} when there is no object in it
 */
export function parseApiKey(value: unknown): ApiKey {
  const answer = readObject(value);
  return {
    serial: textOf(fieldOf(answer, 'snr')).replaceAll(':', '').toUpperCase() || undefined,
    version: textOf(fieldOf(answer, 'version')) || undefined,
    isLocal: booleanOf(answer, 'local'),
    hasEventSlots: booleanOf(answer, 'hasEventSlots'),
    httpsStatus: numberOf(fieldOf(answer, 'httpsStatus')),
  };
}

function booleanOf(answer: JsonRecord, name: string): boolean | undefined {
  const value = fieldOf(answer, name);
  return typeof value === 'boolean' ? value : undefined;
}
