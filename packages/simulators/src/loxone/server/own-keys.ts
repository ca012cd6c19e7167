import { FEATURE, isAtLeast } from '../firmware.ts';
import { OneTimeKeys } from '../login/one-time-keys.ts';
import type { Settings } from '../options.ts';

/** One-time keys as this firmware makes them. */
export function createKeys({ clock, randomBytes, limits, firmware }: Settings): OneTimeKeys {
  return new OneTimeKeys(clock, randomBytes, {
    lifetimeMs: limits.oneTimeKeyLifetimeMs,
    asciiHex: !isAtLeast(firmware, FEATURE.sha256),
  });
}
