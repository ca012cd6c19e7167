import { DeadlineExceededError, type DeadlineOptions, withDeadline } from '@device-exporters/retry';
import { DeviceTimeoutError } from '../device-error.ts';

/**
 * `withDeadline`, for a task that asks a device.
 *
 * @throws {DeviceTimeoutError} when the time is up
 */
export async function inTime<T>(
  timeoutMs: number,
  task: (signal: AbortSignal) => Promise<T>,
  options: DeadlineOptions,
): Promise<T> {
  try {
    return await withDeadline(timeoutMs, task, options);
  } catch (error) {
    if (error instanceof DeadlineExceededError) throw new DeviceTimeoutError(error.message, { cause: error });
    throw error;
  }
}
