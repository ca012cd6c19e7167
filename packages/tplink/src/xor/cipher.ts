/** The first key; every later one is the cipher byte before (autokey XOR). */
const FIRST_KEY = 171;

/** Encrypts a request of legacy Kasa devices: UTF-8, each byte XORed with the cipher byte before it. */
export function encryptXor(text: string): Buffer {
  const bytes = Buffer.from(text);
  let key = FIRST_KEY;
  for (let index = 0; index < bytes.length; index += 1) {
    key ^= bytes[index] ?? 0;
    bytes[index] = key;
  }
  return bytes;
}

/** The text of an answer. Any bytes decrypt to something; bytes that are no UTF-8 become replacement characters. */
export function decryptXor(cipherBytes: Uint8Array): string {
  const bytes = Buffer.alloc(cipherBytes.length);
  let key = FIRST_KEY;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = cipherBytes[index] ?? 0;
    bytes[index] = byte ^ key;
    key = byte;
  }
  return bytes.toString();
}
