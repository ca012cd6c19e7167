import { get } from 'node:http';
import { addressText, type ListenAddress, loopbackOf } from '../http/listen-address.ts';

const TIMEOUT_MS = 5000;

/**
 * Asks a running exporter on this machine whether it lives, for the health check of a container without a shell.
 *
 * @throws {Error} when it does not answer with 200
 */
export async function checkHealth(address: ListenAddress): Promise<void> {
  const url = `http://${addressText(loopbackOf(address))}/-/healthy`;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const request = get(url, { timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    request.on('error', (cause) => reject(new Error(`cannot reach ${url}: ${cause.message}`, { cause })));
  });
  if (status !== 200) throw new Error(`${url} answered ${status}`);
}
