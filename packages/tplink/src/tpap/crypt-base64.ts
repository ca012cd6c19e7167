/** The alphabet of crypt(3), which is not that of base64. */
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The text of a crypt(3) hash: groups of three bytes, picked in an order of the scheme's own, as four characters of six
 * bits, lowest first. A last group of fewer bytes has as many characters as its bits need.
 *
 * @param groups indices into the digest, highest byte of each group first
 */
export function encodeCrypt(digest: Uint8Array, groups: readonly (readonly number[])[]): string {
  return groups.map((group) => encodeGroup(group.map((index) => digest[index] ?? 0))).join('');
}

function encodeGroup(bytes: readonly number[]): string {
  let bits = bytes.reduce((value, byte) => value * 256 + byte, 0);
  let text = '';
  for (let left = bytes.length * 8; left > 0; left -= 6) {
    text += ALPHABET[bits % 64] ?? '';
    bits = Math.floor(bits / 64);
  }
  return text;
}
