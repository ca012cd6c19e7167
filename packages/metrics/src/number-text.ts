/**
 * Numbers as the exposition formats spell them, written straight into bytes.
 *
 * The text is the one prom-client writes (`Nan`, `+Inf`, `-Inf`, else JavaScript's shortest form), so that a family of
 * ours and a metric of prom-client's are the same to the byte.
 */

/** No number's text is longer: `-1.7976931348623157e+308` has 24 characters. */
export const MAX_NUMBER_BYTES = 24;

const ZERO = 0x30;
const DOT = 0x2e;
const MINUS = 0x2d;

/** Sensors report tenths to thousandths; below this bound their text needs no search for the shortest form. */
const DECIMALS_BOUND = 1e9;

/**
 * Writes the text of a sample value.
 *
 * @param value any number, NaN and infinities included
 * @param out takes up to {@link MAX_NUMBER_BYTES} bytes from `at`
 * @returns the offset after the last byte written
 */
export function writeNumber(value: number, out: Uint8Array, at: number): number {
  if (value === (value | 0)) return writeInteger(value, out, at);
  if (value < DECIMALS_BOUND && value > -DECIMALS_BOUND) {
    // Two decimals of at most 15 digits are never the same double, so if the nearest double of n/1000 is `value`,
    // then n/1000 without its trailing zeros is the shortest text that reads back as `value`.
    const thousandths = Math.round(value * 1000);
    if (thousandths / 1000 === value) return writeThousandths(thousandths, out, at);
  }
  return writeAscii(numberText(value), out, at);
}

/** The text of a sample value, as {@link writeNumber} writes it. */
export function numberText(value: number): string {
  if (Number.isFinite(value)) return `${value}`;
  if (Number.isNaN(value)) return 'Nan';
  return value < 0 ? '-Inf' : '+Inf';
}

/** Writes a 32-bit integer; `-0` is `0`, as JavaScript prints it. */
function writeInteger(value: number, out: Uint8Array, start: number): number {
  let at = start;
  // -2^31 has no positive 32-bit twin; as a double it has.
  let rest = value < 0 ? -value : value;
  if (value < 0) out[at++] = MINUS;
  const end = at + digitCount(rest);
  for (let position = end - 1; position >= at; position--) {
    const quotient = Math.floor(rest / 10);
    out[position] = ZERO + rest - quotient * 10;
    rest = quotient;
  }
  return end;
}

/** Writes `thousandths / 1000`, which is not an integer, without trailing zeros. */
function writeThousandths(thousandths: number, out: Uint8Array, start: number): number {
  let at = start;
  if (thousandths < 0) out[at++] = MINUS;
  const magnitude = Math.abs(thousandths);
  const whole = Math.floor(magnitude / 1000);
  const fraction = magnitude - whole * 1000;
  at = writeInteger(whole, out, at);
  out[at++] = DOT;
  const tenths = Math.floor(fraction / 100);
  out[at++] = ZERO + tenths;
  const rest = fraction - tenths * 100;
  if (rest === 0) return at;
  const hundredths = Math.floor(rest / 10);
  out[at++] = ZERO + hundredths;
  const last = rest - hundredths * 10;
  if (last === 0) return at;
  out[at++] = ZERO + last;
  return at;
}

function digitCount(magnitude: number): number {
  let digits = 1;
  for (let bound = 10; magnitude >= bound; bound *= 10) digits++;
  return digits;
}

function writeAscii(text: string, out: Uint8Array, at: number): number {
  for (let index = 0; index < text.length; index++) out[at + index] = text.charCodeAt(index);
  return at + text.length;
}
