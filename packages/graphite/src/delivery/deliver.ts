import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '@device-exporters/retry';
import { Watch } from './watch.ts';

/** Where and how to deliver. */
export interface DeliverOptions {
  readonly host: string;
  readonly port: number;
  /** Longest time without any progress, in milliseconds: while connecting, between writes, and for the last answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Gives up at once. */
  readonly signal: AbortSignal;
}

/**
 * Shortest pause between the last write and our FIN, in milliseconds. A peer that closed without reading says so within one
 * round trip; after our own FIN its FIN could not be told from a confirmation.
 */
const PAUSE_MS = 20;

/**
 * Delivers bytes over a connection of their own, and resolves only when the peer has read all of them.
 *
 * TCP gives no receipt: a write succeeds into the kernel while Carbon is dead or hangs. But Carbon reads to the end before it
 * closes; so its FIN after ours means that every byte was read.
 *
 * @throws {DeliveryError} in every other case: the bytes may have arrived or not
 * @throws the signal's reason when that fires
 */
export async function deliver(writes: readonly Buffer[], options: DeliverOptions): Promise<void> {
  const { host, port, clock, signal } = options;
  signal.throwIfAborted();
  const peer = `${host}:${port}`;
  const startedMs = clock.monotonicMs();
  const socket = connect({ host, port, allowHalfOpen: true });
  const watch = new Watch(socket, { ...options, peer });
  const talk = async (): Promise<void> => {
    await watch.connected;
    const roundTripMs = clock.monotonicMs() - startedMs;
    for (const write of writes) {
      await written(socket, write);
      watch.progress();
    }
    await clock.sleep(Math.max(PAUSE_MS, 2 * roundTripMs), watch.signal);
    // A FIN or reset that has come meanwhile is read before our own FIN is sent.
    await nextTurn();
    if (watch.signal.aborted) return;
    watch.halfClose();
    await watch.ended;
  };
  try {
    await Promise.race([watch.failed, talk()]);
    socket.destroy();
  } catch (error) {
    // What a hung Carbon has not read will come again: it may as well forget it.
    socket.resetAndDestroy();
    throw error;
  } finally {
    watch.close();
  }
}

/** Never settles for a socket that has failed: {@link Watch.failed} does. */
function written(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, (error) => {
      if (error === undefined || error === null) resolve();
    });
  });
}
