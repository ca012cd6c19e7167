import { isRecord, type JsonRecord } from './json-record.ts';

/** A number of an answer, or undefined where there is none. */
export function numberAt(record: JsonRecord, field: string): number | undefined {
  const value = record[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** No name or id of a device is longer. */
const LONGEST_TEXT = 256;

/** A text of an answer, without what cannot be printed; empty where there is none. */
export function textAt(record: JsonRecord, field: string): string {
  const value = record[field];
  return typeof value === 'string' ? printable(value) : '';
}

/** A text from a device as it may stand on a page: without control characters, and not endless. */
export function printable(text: string): string {
  return text.slice(0, LONGEST_TEXT).replaceAll(/[\p{Cc}\p{Cs}]/gu, '');
}

/** An object within an answer; an empty one where there is none. */
export function recordAt(record: JsonRecord, field: string): JsonRecord {
  const value = record[field];
  return isRecord(value) ? value : {};
}

/** The objects of a list within an answer; none where there is no list. */
export function recordsAt(record: JsonRecord, field: string): readonly JsonRecord[] {
  const value = record[field];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A flag that is 0 or 1, or a truth value. */
export function flagAt(record: JsonRecord, field: string): boolean | undefined {
  const value = record[field];
  if (typeof value === 'boolean') return value;
  return value === 0 || value === 1 ? value === 1 : undefined;
}

/** The fields that have a value: what a device does not report is absent, not undefined. */
export function present<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** `AA:BB:CC:00:11:22`, however the device writes it; empty where it is none. */
export function macOf(text: string): string {
  const digits = text.replaceAll(/[:-]/g, '').toUpperCase();
  return /^[\dA-F]{12}$/.test(digits) ? (digits.match(/../g) ?? []).join(':') : '';
}

/** Kinds of devices have their own names for it. */
export function macIn(sysinfo: JsonRecord): string {
  return macOf(textAt(sysinfo, 'mac')) || macOf(textAt(sysinfo, 'mic_mac')) || macOf(textAt(sysinfo, 'ethernet_mac'));
}

/** `HS110` for `HS110(EU)`. */
export function modelOf(text: string): string {
  return text.replace(/\(.*$/, '').trim();
}
