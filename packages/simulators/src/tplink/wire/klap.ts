import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

/** 1 carries IOT payloads; 2 SMART ones, and IOT ones on the newest Kasa firmware (PROTOCOLS §4). */
export type KlapVersion = 1 | 2;

/** Whoever may log in. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

function sha256(...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function digest(algorithm: 'md5' | 'sha1', data: Uint8Array | string): Buffer {
  return createHash(algorithm).update(data).digest();
}

/** What both sides know of the credentials (PROTOCOLS §4.1). */
export function klapAuthHash(version: KlapVersion, { user, password }: Login): Buffer {
  if (version === 1) return digest('md5', Buffer.concat([digest('md5', user), digest('md5', password)]));
  return sha256(digest('sha1', user), digest('sha1', password));
}

/** Both seeds and the hash of the credentials of one handshake. */
export interface KlapSecrets {
  readonly version: KlapVersion;
  /** The client's 16 bytes. */
  readonly localSeed: Buffer;
  /** The device's 16 bytes. */
  readonly remoteSeed: Buffer;
  readonly authHash: Buffer;
}

/** The device's proof in the answer to `handshake1` (PROTOCOLS §4.2). */
export function klapServerHash({ version, localSeed, remoteSeed, authHash }: KlapSecrets): Buffer {
  return version === 1 ? sha256(localSeed, authHash) : sha256(localSeed, remoteSeed, authHash);
}

/** The client's proof in `handshake2`. */
export function klapClientHash({ version, localSeed, remoteSeed, authHash }: KlapSecrets): Buffer {
  return version === 1 ? sha256(remoteSeed, authHash) : sha256(remoteSeed, localSeed, authHash);
}

/** Keys of a session, and what is encrypted with them (PROTOCOLS §4.4, §4.5). */
export class KlapCipher {
  /** The sequence number before the first request's. */
  readonly initialSequence: number;
  readonly key: Buffer;
  readonly ivPrefix: Buffer;
  readonly signature: Buffer;

  constructor({ localSeed, remoteSeed, authHash }: KlapSecrets) {
    const iv = sha256('iv', localSeed, remoteSeed, authHash);
    this.key = sha256('lsk', localSeed, remoteSeed, authHash).subarray(0, 16);
    this.ivPrefix = iv.subarray(0, 12);
    this.initialSequence = iv.readInt32BE(28);
    this.signature = sha256('ldk', localSeed, remoteSeed, authHash).subarray(0, 28);
  }

  /** The IV of the exchange with that number. */
  iv(sequence: number): Buffer {
    return Buffer.concat([this.ivPrefix, int32(sequence)]);
  }

  /** A body: the hash of signature, number and ciphertext, then the ciphertext. */
  seal(text: string, sequence: number): Buffer {
    const cipher = createCipheriv('aes-128-cbc', this.key, this.iv(sequence));
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([sha256(this.signature, int32(sequence), ciphertext), ciphertext]);
  }

  /** The text of a body, or undefined when it was not sealed with these keys and this number. */
  open(body: Buffer, sequence: number): string | undefined {
    const ciphertext = body.subarray(32);
    const expected = sha256(this.signature, int32(sequence), ciphertext);
    if (ciphertext.length === 0 || !expected.equals(body.subarray(0, 32))) return undefined;
    try {
      const decipher = createDecipheriv('aes-128-cbc', this.key, this.iv(sequence));
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
