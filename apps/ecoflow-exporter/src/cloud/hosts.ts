/** Where developer calls are answered: the older global name first, then the regional ones (PROTOCOL §1.1). */
export const HOSTS = ['api.ecoflow.com', 'api-e.ecoflow.com', 'api-a.ecoflow.com'] as const;

/** A text that names no host. */
export class InvalidHostError extends Error {}

/**
 * The origin that a setting names: `host` and `host:port` mean HTTPS, `http://…` plain HTTP for tests.
 *
 * @throws {InvalidHostError}
 */
export function originOf(text: string): URL {
  const address = text.trim();
  const url = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(url) || new URL(url).hostname === '') {
    throw new InvalidHostError(`expected a host, host:port or http://…, found "${text}"`);
  }
  return new URL(new URL(url).origin);
}
