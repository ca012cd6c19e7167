import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  publicEncrypt,
} from 'node:crypto';

/** The client's side of PROTOCOL §5 and §6, written for the tests from the reference alone. */

export const AES_KEY = Buffer.alloc(32, 0x5a);
export const AES_IV = Buffer.alloc(16, 0xc3);

export type Padding = 'zeros' | 'nulPkcs7';

export function encryptSessionKey(oddPem: string, text?: string): string {
  const der = Buffer.from(oddPem.replace(/-----[A-Z ]+-----/g, ''), 'base64');
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const plain = text ?? `${AES_KEY.toString('hex')}:${AES_IV.toString('hex')}`;
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(plain)).toString('base64');
}

export function encrypt(text: string, padding: Padding = 'zeros', key = AES_KEY, iv = AES_IV): string {
  const plain = Buffer.from(padding === 'zeros' ? text : `${text}\0`, 'utf8');
  const short = (16 - (plain.length % 16)) % 16;
  const tail = padding === 'zeros' ? Buffer.alloc(short) : Buffer.alloc(short || 16, short || 16);
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, tail])), cipher.final()]).toString('base64');
}

export function decrypt(base64: string): string {
  const cipher = createDecipheriv('aes-256-cbc', AES_KEY, AES_IV).setAutoPadding(false);
  const plain = Buffer.concat([cipher.update(Buffer.from(base64, 'base64')), cipher.final()]).toString('utf8');
  return plain.split('\0')[0]!;
}

export function passwordProof(
  user: string,
  password: string,
  offer: { key: string; salt: string; hashAlg?: string },
): string {
  const algorithm = offer.hashAlg ?? 'SHA1';
  const hash = createHash(algorithm).update(`${password}:${offer.salt}`).digest('hex').toUpperCase();
  return hmac(offer.key, `${user}:${hash}`, algorithm);
}

export function hmac(keyHex: string, text: string, algorithm = 'SHA256'): string {
  return createHmac(algorithm, Buffer.from(keyHex, 'hex')).update(text).digest('hex');
}
