/** Source of that many unpredictable bytes: `randomBytes` of `node:crypto`, or something predictable in a test. */
export type RandomBytes = (count: number) => Uint8Array;
