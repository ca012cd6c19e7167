/**
 * What a firmware version can do (PROTOCOL §1). Versions are compared number by number, so that 10.2.3.26 > 9.10.
 */
export function isAtLeast(firmware: string, version: string): boolean {
  const wanted = version.split('.').map(Number);
  const found = firmware.split('.').map(Number);
  for (const [index, part] of wanted.entries()) {
    const difference = (found[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** First firmware with a feature, and for password logins the first without. */
export const FEATURE = {
  commandEncryption: '7.4.4',
  answerEncryption: '8.1.10',
  tokens: '9.0',
  hashLoginRemoved: '9.4',
  checkToken: '10.0.9',
  refreshReplacesToken: '10.0.9.13',
  jwt: '10.2',
  sha256: '10.4',
  plainToken: '11.2',
  localFlag: '12.1',
} as const;
