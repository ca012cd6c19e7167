/**
 * For tests only: a second entry point, so that no bundle of an app ever holds this.
 */
export { createFakeClock, type FakeClock } from './fake-clock.ts';
export { createScaledClock } from './scaled-clock.ts';
