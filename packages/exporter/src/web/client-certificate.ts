import type { X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { WebTls } from './web-config.ts';

type Connection = Pick<TLSSocket, 'getPeerX509Certificate' | 'authorized' | 'authorizationError'>;

/**
 * Why a client must not go on after its handshake, or undefined where it may.
 *
 * OpenSSL itself turns nobody away here: of the five kinds of demand that Go knows it has but three.
 */
export function clientFault(connection: Connection, { clientAuthType, clientAllowedSans }: WebTls): string | undefined {
  if (clientAuthType === 'NoClientCert' || clientAuthType === 'RequestClientCert') return undefined;
  const certificate = connection.getPeerX509Certificate();
  const isVerified = clientAuthType === 'VerifyClientCertIfGiven' || clientAuthType === 'RequireAndVerifyClientCert';
  if (certificate === undefined)
    return clientAuthType === 'VerifyClientCertIfGiven' ? undefined : 'it has no certificate';
  if (isVerified && !connection.authorized)
    return `its certificate cannot be verified: ${connection.authorizationError}`;
  if (clientAllowedSans.length > 0 && !isAllowed(certificate, clientAllowedSans))
    return 'no name of its certificate is in client_allowed_sans';
  return undefined;
}

function isAllowed(certificate: X509Certificate, allowed: readonly string[]): boolean {
  const names = new Set(allowed.map(canonical));
  return sansOf(certificate).some((san) => names.has(canonical(san)));
}

/** An IPv6 address has many spellings. */
function canonical(san: string): string {
  return isIPv6(san) ? new URL(`http://[${san}]`).hostname : san;
}

/** DNS names, e-mail and IP addresses and URIs that a certificate is for. */
export function sansOf({ subjectAltName = '' }: Pick<X509Certificate, 'subjectAltName'>): string[] {
  return [...subjectAltName.matchAll(SAN)].flatMap(([, quoted, plain]) => {
    // Names that could be taken for several come as JSON texts.
    return quoted === undefined ? (plain ?? []) : (JSON.parse(quoted) as string);
  });
}

const SAN = /(?:^|, )(?:DNS|email|IP Address|URI):(?:("(?:[^"\\]|\\.)*")|([^,]*))/g;
