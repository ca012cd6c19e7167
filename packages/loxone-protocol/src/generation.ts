import type { ApiKey } from './api-key.ts';

/** `miniserverType` of the structure file: 0 and Go (1) are Generation 1; 2, Go (3) and Compact (4) Generation 2. */
const GENERATION_2 = new Map([
  [0, false],
  [1, false],
  [2, true],
  [3, true],
  [4, true],
]);

/** What is known of a Miniserver's hardware. */
export interface GenerationFacts {
  /** `miniserver.type` of the {@link Structure}. */
  readonly miniserverType?: number | undefined;

  readonly apiKey?: Pick<ApiKey, 'httpsStatus'> | undefined;
}

/**
 * Whether it is a Generation 2, the one that speaks TLS; undefined when the facts do not tell.
 *
 * Only a Miniserver with TLS has a `httpsStatus`. That it is missing proves nothing: older firmwares have none.
 */
export function isGeneration2({ miniserverType, apiKey }: GenerationFacts): boolean | undefined {
  const byType = miniserverType === undefined ? undefined : GENERATION_2.get(miniserverType);
  return byType ?? (apiKey?.httpsStatus === undefined ? undefined : true);
}
