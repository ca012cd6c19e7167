import { systemClock } from '@device-exporters/retry';
import { ExchangeQueue } from '../exchange/exchange-queue.ts';
import { inTime } from '../exchange/in-time.ts';
import { faultOf } from '../exchange/socket-fault.ts';
import { addressOf, DEFAULT_TIMEOUT_MS, type TransportOptions } from '../exchange/transport-options.ts';
import type { Transport } from '../transport.ts';
import { decryptXor, encryptXor } from './cipher.ts';
import { connect, StaleConnectionError, type XorConnection } from './xor-connection.ts';

/** Where legacy devices listen. */
const XOR_PORT = 9999;

/**
 * Speaks to legacy Kasa devices: XORed JSON in frames on TCP port 9999, nobody logs in.
 *
 * The connection stays open between exchanges; when the device has closed it meanwhile, the next exchange opens another.
 */
export function createXorTransport(options: TransportOptions): Transport {
  const { host, port = XOR_PORT, timeoutMs = DEFAULT_TIMEOUT_MS, clock = systemClock } = options;
  const address = addressOf(host, port);
  const what = `asking ${address} over XOR`;
  const queue = new ExchangeQueue();
  let idle: XorConnection | undefined;

  async function ask(request: Buffer, signal: AbortSignal): Promise<Buffer> {
    const connection = idle?.isOpen ? idle : await connect({ host, port, signal });
    idle = undefined;
    const answer = await connection.exchange(request, signal);
    if (connection.isOpen) idle = connection;
    return answer;
  }

  /** A device that restarts does not say goodbye: whether a connection still serves shows only when it is used. */
  async function askAgainIfStale(request: Buffer, signal: AbortSignal): Promise<string> {
    try {
      const answer = await ask(request, signal).catch((error: unknown) => {
        if (error instanceof StaleConnectionError) return ask(request, signal);
        throw error;
      });
      return decryptXor(answer);
    } catch (error) {
      throw signal.aborted ? error : faultOf(error, what);
    }
  }

  return {
    protocol: 'xor',
    exchange: (request, signal) =>
      queue.run(
        (cut) =>
          inTime(timeoutMs, (inner) => askAgainIfStale(encryptXor(request), inner), { what, signal: cut, clock }),
        signal,
      ),
    close() {
      queue.close();
      idle?.close();
      idle = undefined;
    },
  };
}
