import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, DEFAULT_CIPHERS, DEFAULT_ECDH_CURVE, type SecureContextOptions } from 'node:tls';
import { meaningOf, meaningsOf, type Section } from './section.ts';
import { CIPHER_SUITES, CLIENT_AUTH_TYPES, CURVES, TLS13_SUITES, VERSIONS } from './tls-names.ts';
import type { ClientAuthType, WebTls } from './web-config.ts';

/** A part of TLS that may stand in the configuration itself or in a file of its own. */
type PemKey = 'cert' | 'key' | 'client_ca';

/**
 * Reads `tls_server_config`, with the files that it names.
 *
 * @param files takes the paths of these
 * @returns undefined where there is no TLS, and where something is wrong that has been reported
 */
export function readTls(section: Section, files: string[]): WebTls | undefined {
  const { values, report } = section;
  if (Object.keys(values).length === 0) return undefined;
  const cert = readPem(section, 'cert', files);
  const key = readPem(section, 'key', files);
  const ca = readPem(section, 'client_ca', files);
  const clientAuthType = meaningOf(section, 'client_auth_type', CLIENT_AUTH_TYPES) ?? 'NoClientCert';
  const clientAllowedSans = (values['client_allowed_sans'] ?? []) as readonly string[];
  checkClientAuth(section, clientAuthType, ca);
  const context = {
    cert,
    key,
    ...(ca !== undefined && clientAuthType !== 'NoClientCert' && { ca }),
    ...versions(section),
    ...ciphers(section),
    ...curves(section),
  };
  if (cert === undefined || key === undefined) return undefined;
  const fault = faultOf(context);
  if (fault !== undefined) report([], fault);
  return { context, clientAuthType, clientAllowedSans };
}

function readPem({ values, report }: Section, key: PemKey, files: string[]): string | undefined {
  const [inline, path] = [values[key], values[`${key}_file`]];
  if (inline !== undefined && path !== undefined) {
    report(`${key}_file`, `${key} is given as well; give one of the two`);
    return undefined;
  }
  if (typeof inline === 'string') return inline;
  if (typeof path !== 'string') {
    if (key !== 'client_ca') report([], `${key}_file is missing`);
    return undefined;
  }
  files.push(path);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    report(`${key}_file`, `${path} cannot be read (${code ?? 'unknown error'})`);
    return undefined;
  }
}

/** What goes wrong when a context is made of it, such as a key that is another certificate's. */
function faultOf(context: SecureContextOptions): string | undefined {
  try {
    createSecureContext(context);
    return undefined;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return `cannot be used: ${message}${code === undefined ? '' : ` (${code})`}`;
  }
}

function checkClientAuth({ values, report }: Section, type: ClientAuthType, ca: string | undefined): void {
  const caKey = values['client_ca'] === undefined ? 'client_ca_file' : 'client_ca';
  if (ca !== undefined) {
    if (!isCertificates(ca)) report(caKey, 'expected certificates in PEM format');
    if (type === 'NoClientCert') report(caKey, 'needs a client_auth_type that asks for certificates');
  }
  if (values['client_allowed_sans'] !== undefined && !asksForCertificate(type))
    report('client_allowed_sans', 'needs a client_auth_type that requires or verifies certificates');
}

function asksForCertificate(type: ClientAuthType): boolean {
  return type !== 'NoClientCert' && type !== 'RequestClientCert';
}

/** OpenSSL skips what is no certificate, and would then trust nobody without a word. */
function isCertificates(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.length > 0 && blocks.every(isCertificate);
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).subject !== '';
  } catch {
    return false;
  }
}

function versions(section: Section): SecureContextOptions {
  const minVersion = meaningOf(section, 'min_version', VERSIONS) ?? 'TLSv1.2';
  const maxVersion = meaningOf(section, 'max_version', VERSIONS) ?? 'TLSv1.3';
  if (maxVersion < 'TLSv1.2') section.report('max_version', 'OpenSSL offers nothing older than TLS12 any more');
  else if (minVersion > maxVersion) section.report('min_version', 'is newer than max_version');
  return { minVersion, maxVersion };
}

function ciphers(section: Section): SecureContextOptions {
  const suites = meaningsOf(section, 'cipher_suites', CIPHER_SUITES);
  const isOurOrder = section.values['prefer_server_cipher_suites'] !== false;
  const names = suites.length === 0 ? DEFAULT_CIPHERS : [...new Set([...TLS13_SUITES, ...suites])].join(':');
  return { ciphers: names, honorCipherOrder: isOurOrder };
}

/** Defaults are given by name as well: a server keeps what it had before where a new context says nothing. */
function curves(section: Section): SecureContextOptions {
  const names = meaningsOf(section, 'curve_preferences', CURVES);
  return { ecdhCurve: names.length === 0 ? DEFAULT_ECDH_CURVE : names.join(':') };
}
