import { createPublicKey, type KeyObject } from 'node:crypto';

/** A text that holds no RSA public key. */
export class PublicKeyError extends Error {}

/**
 * Reads the value of `jdev/sys/getPublicKey`.
 *
 * It says CERTIFICATE and has no line feeds, but is a public key and no certificate (observed). Only
 * what stands between the markers counts, so a proper PEM of a public key is read as well.
 *
 * @throws {PublicKeyError}
 */
export function parsePublicKey(text: string): KeyObject {
  const der = Buffer.from(text.replace(/-----(?:BEGIN|END) [A-Z ]+-----/g, ''), 'base64');
  const key = importKey(der);
  if (key.asymmetricKeyType === 'rsa') return key;
  throw new PublicKeyError(`public key of the Miniserver: expected RSA, found ${key.asymmetricKeyType}`);
}

function importKey(der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch (cause) {
    const found = `${der.length} bytes of something else`;
    throw new PublicKeyError(`public key of the Miniserver: expected a SubjectPublicKeyInfo, found ${found}`, {
      cause,
    });
  }
}
