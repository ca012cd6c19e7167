const DEFAULT_LIFE_SECONDS = 86_400;

/** How much earlier than the device forgets it a session is renewed. */
const MARGIN_SECONDS = 1_200;

/**
 * How long a session is used before it is renewed, in milliseconds: until 20 minutes before its end. A short one, for
 * which that would leave next to nothing, is used for half of its life, or for ten minutes.
 *
 * @param timeoutSeconds the life the device has announced; a day when it has not
 */
export function sessionLifeMs(timeoutSeconds = DEFAULT_LIFE_SECONDS): number {
  const shortest = Math.min(timeoutSeconds, MARGIN_SECONDS) / 2;
  return Math.max(timeoutSeconds - MARGIN_SECONDS, shortest) * 1_000;
}
