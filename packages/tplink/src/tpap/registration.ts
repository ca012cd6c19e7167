import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { Credentials } from '../credentials.ts';
import { AuthenticationError, ProtocolError } from '../device-error.ts';
import { digest } from '../exchange/digest.ts';
import { type JsonRecord, textOf } from '../exchange/json-record.ts';
import type { RandomBytes } from '../exchange/transport-options.ts';
import { credentialString, defaultPasscode } from './credential-string.ts';
import type { TpapOffer } from './discover.ts';
import { type PakeResult, provePassword, randomScalar, STRETCHED_BYTES, scalarsFrom } from './spake2plus.ts';

/** The one suite that plugs and bulbs were seen to use: P-256, SHA-256, HMAC. */
const SUITE = 1;
const ENCRYPTION = 'aes_128_ccm';

/** Devices ask for thousands. A million take a second of one thread; what asks for more means harm. */
const MOST_ITERATIONS = 1_000_000;

const stretch = promisify(pbkdf2);

/** The parameters of `pake_register`. Every device calls its account `admin`; which password that has is another matter. */
export function registerParams({ pake, isUserSha256 }: TpapOffer, userRandom: Uint8Array): object {
  const hash = digest(isUserSha256 ? 'sha256' : 'md5', 'admin').toString('hex');
  return {
    sub_method: 'pake_register',
    username: isUserSha256 ? hash.toUpperCase() : hash,
    user_random: Buffer.from(userRandom).toString('base64'),
    cipher_suites: [SUITE],
    encryption: [ENCRYPTION],
    passcode_type: pake.includes(0) ? 'default_userpw' : 'userpw',
    stok: null,
  };
}

/** What goes into the key exchange beside the answer to `pake_register`. */
export interface ProverInput {
  readonly offer: TpapOffer;
  readonly credentials: Credentials | undefined;
  readonly userRandom: Uint8Array;
  readonly random: RandomBytes;
}

/**
 * Computes this side of the key exchange from the result of `pake_register`.
 *
 * @throws {AuthenticationError} when the device wants an account and none is configured
 * @throws {ProtocolError} when the result is none, or asks for more work than a device that means well
 */
export async function proverSide(result: JsonRecord, input: ProverInput): Promise<PakeResult> {
  const { userRandom, random } = input;
  refuseOther(result, 'cipher_suites', SUITE);
  refuseOther(result, 'encryption', ENCRYPTION);
  const iterations = iterationsOf(result);
  const secret = await secretFor(result, input);
  const stretched = await stretch(secret, bytesOf(result, 'dev_salt'), iterations, STRETCHED_BYTES, 'sha256');
  return provePassword({
    ...scalarsFrom(stretched),
    x: randomScalar(random),
    context: digest('sha256', 'PAKE V1', userRandom, bytesOf(result, 'dev_random')),
    deviceShare: bytesOf(result, 'dev_share'),
  });
}

/** Nothing is tried that cannot be right: failed logins are counted, and lock the device for its owner too. */
async function secretFor(result: JsonRecord, { offer, credentials }: ProverInput): Promise<string> {
  if (offer.pake.includes(0)) return defaultPasscode(offer.mac);
  if (credentials !== undefined) return credentialString(result['extra_crypt'], credentials, offer.mac);
  throw new AuthenticationError('TPAP login: the device wants an account, and none is configured');
}

/** What is not said is what was asked for. */
function refuseOther(result: JsonRecord, field: string, expected: string | number): void {
  const { [field]: found = expected } = result;
  const [only, ...more] = Array.isArray(found) ? found : [found];
  if (only === expected && more.length === 0) return;
  throw new ProtocolError(`${field} of pake_register: expected ${expected}, found another`);
}

function iterationsOf({ iterations }: JsonRecord): number {
  if (typeof iterations === 'number' && Number.isInteger(iterations) && iterations >= 1) {
    if (iterations <= MOST_ITERATIONS) return iterations;
    throw new ProtocolError(`iterations: expected at most ${MOST_ITERATIONS}, found ${iterations}`);
  }
  throw new ProtocolError(`iterations: expected a whole number, found ${typeof iterations}`);
}

function bytesOf(result: JsonRecord, field: string): Buffer {
  return Buffer.from(textOf(result, field, 'pake_register'), 'base64');
}
