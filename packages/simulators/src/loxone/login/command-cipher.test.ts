import { describe, expect, it } from 'vitest';
import { hasReference, readReference } from '../../../test/loxone/reference.ts';
import { CommandCipher } from './command-cipher.ts';

interface CommandCase {
  readonly keyHex: string;
  readonly ivHex: string;
  readonly plaintext: string;
  readonly zeroPaddedCommand: string;
  readonly nulThenPkcs7Command: string;
  readonly pyloxoneCommand: string;
}

interface Vectors {
  readonly cases: CommandCase[];
  readonly responses: { keyHex: string; ivHex: string; cases: { cipherBase64: string; plaintext: string }[] };
}

function cipherOf({ keyHex, ivHex }: { keyHex: string; ivHex: string }): CommandCipher {
  return new CommandCipher({ key: Buffer.from(keyHex, 'hex'), iv: Buffer.from(ivHex, 'hex') });
}

it('pads with zeros, and not at all when aligned', () => {
  const cipher = new CommandCipher({ key: Buffer.alloc(32), iv: Buffer.alloc(16) });
  expect(Buffer.from(cipher.encrypt('x'.repeat(16)), 'base64')).toHaveLength(16);
  expect(Buffer.from(cipher.encrypt('x'.repeat(17)), 'base64')).toHaveLength(32);
  for (const text of ['x'.repeat(16), 'x'.repeat(17), 'größe']) expect(cipher.decrypt(cipher.encrypt(text))).toBe(text);
});

it.each([
  ['text behind the first NUL', 'abc\0def'],
  ['a whole block of zeros', `${'x'.repeat(16)}${'\0'.repeat(16)}`],
  ['PKCS7 that counts wrong', 'abc\0\u0003\u0003'],
  ['PKCS7 without the NUL before it', `abc${'\u000d'.repeat(13)}`],
])('reads no message with %s', (_, text) => {
  const cipher = new CommandCipher({ key: Buffer.alloc(32), iv: Buffer.alloc(16) });
  expect(cipher.decrypt(cipher.encrypt(text))).toBeUndefined();
});

it.each(['', 'AAAA', 'AAAAAAAAAAAAAAAAAAAAAA', '%', 'QUJD\nQUJD'])('reads no message in %j', (base64) => {
  const cipher = new CommandCipher({ key: Buffer.alloc(32), iv: Buffer.alloc(16) });
  expect(cipher.decrypt(base64)).toBeUndefined();
});

describe.skipIf(!hasReference)('vectors/command_encryption.json', () => {
  const vectors = hasReference ? readReference<Vectors>('vectors/command_encryption.json') : undefined;

  it('is read in every form that clients send', () => {
    for (const vector of vectors!.cases) {
      for (const command of [vector.zeroPaddedCommand, vector.nulThenPkcs7Command, vector.pyloxoneCommand]) {
        const base64 = decodeURIComponent(command.replace('jdev/sys/enc/', ''));
        expect(cipherOf(vector).decrypt(base64)).toBe(vector.plaintext);
      }
    }
  });

  it('has answers exactly as they are written here', () => {
    const { cases, ...session } = vectors!.responses;
    for (const { cipherBase64, plaintext } of cases) expect(cipherOf(session).encrypt(plaintext)).toBe(cipherBase64);
  });
});
