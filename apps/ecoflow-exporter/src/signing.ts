import { createHmac, randomBytes } from 'node:crypto';

/** The key pair of a developer account. */
export interface DeveloperKeys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** What makes one request unlike any other. To be made anew for every request: a nonce used twice is refused with 8521. */
export interface RequestStamp {
  /** Any letters and digits. */
  readonly nonce: string;
  /** Unix milliseconds, as text. */
  readonly timestamp: string;
}

/** The headers that sign a request of the developer interface. */
export interface SignedHeaders {
  readonly accessKey: string;
  readonly nonce: string;
  readonly timestamp: string;
  /** HMAC-SHA256, 64 lower-case hexadecimal digits. */
  readonly sign: string;
}

/** Parameters of a request: the query of a GET, the body of a POST or PUT. */
export type RequestParameters = Readonly<Record<string, unknown>>;

/**
 * A stamp for one request. @param nowMs Unix milliseconds
 *
 * The documentation shows six digits; longer text is accepted, and two requests of one millisecond do not collide.
 */
export function createStamp(nowMs: number, random: (size: number) => Uint8Array = randomBytes): RequestStamp {
  return { nonce: Buffer.from(random(8)).toString('hex'), timestamp: String(nowMs) };
}

/** Signs a request, as the developer documentation of EcoFlow describes. */
export function signRequest(
  keys: DeveloperKeys,
  stamp: RequestStamp,
  parameters: RequestParameters = {},
): SignedHeaders {
  const text = stringToSign(keys.accessKey, stamp, parameters);
  const sign = createHmac('sha256', keys.secretKey).update(text, 'utf8').digest('hex');
  return { accessKey: keys.accessKey, nonce: stamp.nonce, timestamp: stamp.timestamp, sign };
}

/** The text that is signed: sorted parameters, then key, nonce and timestamp in this order. */
export function stringToSign(
  accessKey: string,
  { nonce, timestamp }: RequestStamp,
  parameters: RequestParameters,
): string {
  // By code unit, which is what sort() compares: capitals before `_` before small letters, [10] before [2].
  const sorted = flattenParameters(parameters)
    .sort(([left], [right]) => compare(left, right))
    .map(([key, value]) => `${key}=${value}`);
  return [...sorted, `accessKey=${accessKey}`, `nonce=${nonce}`, `timestamp=${timestamp}`].join('&');
}

/** Members joined with `.`, elements as `[n]`; text raw, everything else as JSON spells it; empty ones give nothing. */
function flattenParameters(value: unknown, path = ''): [key: string, value: string][] {
  if (Array.isArray(value)) return value.flatMap((element, index) => flattenParameters(element, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) {
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([name, member]) =>
    // What JSON leaves out of the body must not be signed either.
    member === undefined ? [] : flattenParameters(member, path === '' ? name : `${path}.${name}`),
  );
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
