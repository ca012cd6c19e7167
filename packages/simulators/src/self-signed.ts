/** A certificate and its private key, both PEM. */
export interface Identity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const DAY_MS = 86_400_000;

let loopbackIdentityOnce: Promise<Identity> | undefined;

/**
 * A self-signed certificate (P-256, SHA-256) for `localhost`, `127.0.0.1` and `::1`, made at the first call and then
 * shared by every simulated device of the process. A client can verify with it as its only CA.
 */
export function loopbackIdentity(): Promise<Identity> {
  loopbackIdentityOnce ??= createLoopbackIdentity(Date.now());
  return loopbackIdentityOnce;
}

async function createLoopbackIdentity(nowMs: number): Promise<Identity> {
  // Loaded only here: it costs 140 ms that a device without TLS need not pay.
  const { generate } = await import('selfsigned');
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // A client whose clock runs a little behind must not find the certificate "not yet valid".
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + 365 * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { certificatePem: pems.cert, privateKeyPem: pems.private };
}
