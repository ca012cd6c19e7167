import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getOverTls } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { addressText, type ListenAddress, loopbackOf } from '../http/listen-address.ts';
import type { WebConfig } from '../web/web-config.ts';

const TIMEOUT_MS = 5000;

/**
 * Asks a running exporter on this machine whether it lives, for the health check of a container without a shell.
 *
 * Of one that asks for a password, which nobody has here, a refusal is a sign of life; of one that asks for a client
 * certificate, a handshake is.
 *
 * @param web what the address asks of its clients
 * @throws {Error} when it does not answer
 */
export async function checkHealth(address: ListenAddress, web?: WebConfig): Promise<void> {
  const url = `${web?.tls === undefined ? 'http' : 'https'}://${addressText(loopbackOf(address))}/-/healthy`;
  const asksForCertificate = (web?.tls?.clientAuthType ?? 'NoClientCert') !== 'NoClientCert';
  const asksForPassword = (web?.users.size ?? 0) > 0;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      response.resume();
      resolve(response.statusCode);
    };
    // Whose certificate it is does not matter: it is for a name that this machine need not know, and nothing secret is said.
    const request =
      web?.tls === undefined
        ? getPlain(url, { timeout: TIMEOUT_MS }, answered)
        : getOverTls(url, { timeout: TIMEOUT_MS, rejectUnauthorized: false }, answered);
    if (asksForCertificate) {
      request.on('socket', (socket: TLSSocket) => socket.once('secureConnect', () => resolve(200)));
    }
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    request.on('error', (cause) => reject(new Error(`cannot reach ${url}: ${cause.message}`, { cause })));
  });
  if (status !== 200 && !(asksForPassword && status === 401)) throw new Error(`${url} answered ${status}`);
}
