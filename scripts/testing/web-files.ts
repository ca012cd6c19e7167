import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Who may scrape a server that `writeWebFiles` protects. */
export const LOGIN = { username: 'prometheus', password: 'pässword' } as const;

/** bcrypt of that password, with the least cost. */
export const HASH = '$2b$04$MaFmsxV0sqjmatptauX8PeqYZI7/broMQFmDk8XgNDQ8Zt9on3YmO';

/** The `authorization` header of that login. */
export const AUTHORIZATION = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;

/** The content of a web configuration file that asks for TLS, with `tls.crt` and `tls.key` beside it, and for the login. */
export const WEB_CONFIG = `tls_server_config: { cert_file: tls.crt, key_file: tls.key }
basic_auth_users: { ${LOGIN.username}: ${HASH} }
`;

/** Writes a certificate for a name, which is its own authority, and its key, and returns the certificate. */
export async function writeCertificate(folder: string, name: string): Promise<string> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  writeFileSync(join(folder, 'tls.crt'), cert);
  writeFileSync(join(folder, 'tls.key'), key);
  return cert;
}
