export { type Backoff, type BackoffOptions, createBackoff } from './backoff.ts';
export { type Clock, systemClock, type Timer } from './clock.ts';
export { DeadlineExceededError, type DeadlineOptions, withDeadline } from './deadline.ts';
export { createGate, type Gate } from './gate.ts';
/** @public For exporters that ask again and again, rather than follow. */
export { type RetryInfo, type RetryOptions, retry } from './retry.ts';
export { type Attempt, type AttemptEnd, type SuperviseOptions, type SupervisionEvent, supervise } from './supervise.ts';
