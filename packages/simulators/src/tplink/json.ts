/** Anything JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether it is an object, so neither a list nor null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value, if it is an object; else an empty one. */
export function objectOr(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The value, if it is a list; else an empty one. */
export function listOr(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The value, if it is text; else empty text. */
export function textOr(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** What the text says, or undefined when it is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The bytes that standard base64 stands for, or undefined when it is not text or other characters occur. */
export function fromBase64(value: Json | undefined): Buffer | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) return undefined;
  return Buffer.from(value, 'base64');
}

/** Base64 of the UTF-8 of a text, as SMART devices write names. */
export function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
