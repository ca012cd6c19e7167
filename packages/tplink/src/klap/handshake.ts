import { timingSafeEqual } from 'node:crypto';
import type { Credentials } from '../credentials.ts';
import { ProtocolError } from '../device-error.ts';
import { digest } from '../exchange/digest.ts';
import { BLANK_ACCOUNT, KASA_SETUP_ACCOUNT, TAPO_SETUP_ACCOUNT } from '../exchange/setup-accounts.ts';
import { authHash, type KlapVersion } from './auth-hash.ts';

/** Length of both sides' seeds. */
export const SEED_BYTES = 16;

const HASH_BYTES = 32;

/** What a device answers to the first handshake. */
export interface Challenge {
  readonly localSeed: Uint8Array;
  readonly remoteSeed: Uint8Array;
  /** Proves that the device knows the account. */
  readonly serverHash: Uint8Array;
}

/** The account and the version that a device has proven to speak. */
export interface Recognition {
  readonly version: KlapVersion;
  readonly authHash: Buffer;
}

/**
 * Reads the answer to the first handshake: `remote_seed || server_hash`.
 *
 * @throws {ProtocolError} when it has another length, as the stock page of a device that speaks no KLAP
 */
export function readChallenge(localSeed: Uint8Array, body: Uint8Array): Challenge {
  if (body.length !== SEED_BYTES + HASH_BYTES) {
    throw new ProtocolError(`KLAP handshake: expected ${SEED_BYTES + HASH_BYTES} bytes, found ${body.length}`);
  }
  return { localSeed, remoteSeed: body.subarray(0, SEED_BYTES), serverHash: body.subarray(SEED_BYTES) };
}

/**
 * The accounts a device may know, most likely first. One that was never bound to a cloud account takes a set-up account
 * or a blank one, and a bound one falls back to those for a while. Account names are told upper from lower case; who
 * registered in lower case and writes it otherwise is helped last.
 */
export function candidateAccounts(credentials: Credentials | undefined): Credentials[] {
  const shared = [KASA_SETUP_ACCOUNT, TAPO_SETUP_ACCOUNT, BLANK_ACCOUNT];
  if (credentials === undefined) return shared;
  const lower = credentials.username.toLowerCase();
  const variant = lower === credentials.username ? [] : [{ ...credentials, username: lower }];
  return [credentials, ...shared, ...variant];
}

/**
 * Finds the account and the version of which the device's hash speaks, without asking it again.
 *
 * @param versions in the order of trying
 */
export function recognise(
  challenge: Challenge,
  accounts: readonly Credentials[],
  versions: readonly KlapVersion[],
): Recognition | undefined {
  for (const account of accounts) {
    for (const version of versions) {
      const hash = authHash(version, account);
      const { localSeed, remoteSeed, serverHash } = challenge;
      if (timingSafeEqual(proofOf(version, localSeed, remoteSeed, hash), serverHash))
        return { version, authHash: hash };
    }
  }
  return undefined;
}

/** The body of the second handshake, this side's proof: the device's own with the seeds exchanged. */
export function handshakeProof({ localSeed, remoteSeed }: Challenge, recognition: Recognition): Buffer {
  return proofOf(recognition.version, remoteSeed, localSeed, recognition.authHash);
}

/** Version 1 leaves the other side's seed out. */
function proofOf(version: KlapVersion, own: Uint8Array, other: Uint8Array, hash: Uint8Array): Buffer {
  return version === 1 ? digest('sha256', own, hash) : digest('sha256', own, other, hash);
}
