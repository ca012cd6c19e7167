import type { Schema, Setting } from '../config/schema.ts';

const text = (doc: string): Setting => ({ doc, format: 'text', default: null });
const file = (doc: string): Setting => ({ doc, format: 'file', default: null });
const hash: Setting = { doc: 'bcrypt hash of the password.', format: 'secret', default: null, required: true };
const pem = (doc: string): Setting => ({ doc, format: 'secret', default: null });

/** Headers that a web configuration may set, and the only values that some of them may have. */
export const HEADERS: Readonly<Record<string, readonly string[] | undefined>> = {
  'Strict-Transport-Security': undefined,
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': undefined,
  'Content-Security-Policy': undefined,
};

/** Keys of `tls_server_config`. */
const TLS_SCHEMA: Schema = {
  cert: pem('Certificate chain, PEM.'),
  cert_file: file('File of the certificate chain.'),
  key: pem('Private key, PEM.'),
  key_file: file('File of the private key.'),
  client_ca: pem('Certificates of those who may sign client certificates, PEM.'),
  client_ca_file: file('File of these.'),
  client_auth_type: text('What is asked of a client.'),
  client_allowed_sans: { doc: 'Names of which a client certificate must have one.', format: 'text-list', default: [] },
  min_version: text('Oldest version of TLS.'),
  max_version: text('Newest version of TLS.'),
  cipher_suites: { doc: "Go's names.", format: 'text-list', default: [] },
  curve_preferences: { doc: "Go's names.", format: 'text-list', default: [] },
  prefer_server_cipher_suites: { doc: 'Whose order of ciphers counts.', format: 'boolean', default: true },
};

/**
 * The schema of a web configuration file as Prometheus exporters know it (exporter-toolkit, `web-configuration.md`).
 *
 * @param users the names under `basic_auth_users`: each becomes a secret of its own, so that no message ever shows a hash
 */
export function webSchema(users: readonly string[]): Schema {
  return {
    tls_server_config: TLS_SCHEMA,
    http_server_config: {
      http2: { doc: 'Accepted; HTTP/1.1 is what is spoken.', format: 'boolean', default: true },
      headers: Object.fromEntries(Object.keys(HEADERS).map((name) => [name, text('Sent with every answer.')])),
    },
    basic_auth_users: Object.fromEntries(users.map((name) => [name, hash])),
    rate_limit: {
      interval: text('Time after which one more request is allowed.'),
      burst: { doc: 'Requests at once.', format: 'integer', default: 1, minimum: 1 },
    },
  };
}
