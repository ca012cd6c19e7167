import type { RouteAnswer, RouteRequest } from '@device-exporters/exporter';
import { acceptsGzip } from '@device-exporters/metrics';
import type { Snapshot } from './snapshot.ts';

/** What is known of a list. */
export interface ListState {
  readonly snapshot: Snapshot | undefined;
  /** Why the latest refresh has failed, if it has. */
  readonly trouble: string | undefined;
  readonly intervalSeconds: number;
}

/** The list as it was rendered, plain or compressed; 503 with the reason while there is none. */
export function listAnswer(
  { snapshot, trouble, intervalSeconds }: ListState,
  { 'accept-encoding': encodings, 'if-none-match': known }: RouteRequest['headers'],
): RouteAnswer {
  const headers = { 'x-prometheus-refresh-interval-seconds': String(intervalSeconds) };
  if (snapshot === undefined) {
    const reason = trouble ?? 'the first refresh is under way';
    return { status: 503, headers: { ...headers, 'retry-after': '1' }, body: `no list of targets: ${reason}\n` };
  }
  const { plain, gzip, etag } = snapshot;
  const type = { 'content-type': 'application/json; charset=utf-8', vary: 'Accept-Encoding', etag };
  if (isKnown(etag, known)) return { status: 304, headers: { ...headers, ...type }, body: '' };
  if (!acceptsGzip(encodings)) return { status: 200, headers: { ...headers, ...type }, body: plain };
  return { status: 200, headers: { ...headers, ...type, 'content-encoding': 'gzip' }, body: gzip };
}

/** Whether somebody has a list already. As with plain and compressed bytes, the content is what counts. */
function isKnown(etag: string, known = ''): boolean {
  return known.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')));
}
