import type { ResolvedSettings } from '../settings/settings.ts';
import { readTlsFiles } from './tls-files.ts';
import type { Transport } from './transport.ts';

/**
 * Makes the transport of the protocol; it connects with its first request. What the other protocol needs is not loaded:
 * gRPC alone takes a tenth of a second.
 *
 * @throws {ExportError} when a file for TLS cannot be read
 */
export async function connect(settings: ResolvedSettings, userAgent: string): Promise<Transport> {
  const options = { settings, tls: await readTlsFiles(settings.tls), userAgent };
  if (settings.protocol === 'grpc') return (await import('./grpc.ts')).connectGrpc(options);
  return (await import('./http.ts')).connectHttp(options);
}
