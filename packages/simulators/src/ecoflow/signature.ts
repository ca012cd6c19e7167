import { createHmac } from 'node:crypto';

/** Whether the headers of a developer's request sign these parameters with this secret (PROTOCOL §1.3). */
export function isSigned(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  parameters: unknown,
  secretKey: string,
): boolean {
  const { accesskey, nonce, timestamp, sign } = headers;
  const sorted = flattened(parameters, '')
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([key, value]) => `${key}=${value}`);
  const text = [...sorted, `accessKey=${accesskey}`, `nonce=${nonce}`, `timestamp=${timestamp}`].join('&');
  return sign === createHmac('sha256', secretKey).update(text).digest('hex');
}

function flattened(value: unknown, path: string): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((element, index) => flattened(element, `${path}[${index}]`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => flattened(member, path === '' ? name : `${path}.${name}`));
  }
  return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
}
