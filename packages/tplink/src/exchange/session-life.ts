const DEFAULT_LIFE_SECONDS = 86_400;

/** How much earlier than the device forgets it a session is renewed. */
const MARGIN_SECONDS = 1_200;

/** However soon it would be due, a session that lasts more than the margin is used for so long. */
const LEAST_SECONDS = 60;

/**
 * How long a session is used before it is renewed, in milliseconds: until 20 minutes before its end (PROTOCOLS §4.6). One
 * that does not last that long is used for half of its life.
 *
 * @param timeoutSeconds the life the device has announced; a day when it has not
 */
export function sessionLifeMs(timeoutSeconds = DEFAULT_LIFE_SECONDS): number {
  if (timeoutSeconds <= MARGIN_SECONDS) return (timeoutSeconds * 1_000) / 2;
  return Math.max(timeoutSeconds - MARGIN_SECONDS, LEAST_SECONDS) * 1_000;
}
