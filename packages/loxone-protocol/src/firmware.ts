/**
 * Compares firmware versions number by number, so that `10.2.3.26` comes after `9.10`. Missing parts count as 0, and so
 * does what is no number.
 *
 * @returns less than 0 when `left` is older, more when it is newer, 0 when they are the same
 */
export function compareFirmware(left: string, right: string): number {
  const leftParts = left.split('.');
  const rightParts = right.split('.');
  const parts = Math.max(leftParts.length, rightParts.length);
  for (let part = 0; part < parts; part += 1) {
    const difference = numberAt(leftParts, part) - numberAt(rightParts, part);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numberAt(parts: readonly string[], index: number): number {
  return Number.parseInt(parts[index] ?? '', 10) || 0;
}
