import type { Clock } from '@device-exporters/retry';
import type { InfrahubClient } from './client.ts';
import { InfrahubError } from './errors.ts';
import { type InfrahubSchema, parseSchema } from './schema.ts';

/** How long a schema counts as current without a look at its hash. */
const CHECK_EVERY_MS = 60_000;

/** The schema of the branch: read once, looked after by its hash, read again when that is another one. */
export class SchemaCache {
  readonly #client: InfrahubClient;
  readonly #branch: string;
  readonly #clock: Clock;
  #latest: { readonly schema: InfrahubSchema; readonly hash: unknown } | undefined;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  #underWay: Promise<InfrahubSchema> | undefined;

  constructor(client: InfrahubClient, branch: string, clock: Clock) {
    this.#client = client;
    this.#branch = branch;
    this.#clock = clock;
  }

  /** The schema of now. Those who ask at the same time share one answer. @throws {InfrahubError} */
  current(signal: AbortSignal): Promise<InfrahubSchema> {
    this.#underWay ??= this.#read(signal).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Something does not fit the schema that is known: the next one who asks gets a fresh one. */
  doubt(): void {
    this.#checkedAtMs = Number.NEGATIVE_INFINITY;
  }

  async #read(signal: AbortSignal): Promise<InfrahubSchema> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#latest !== undefined && nowMs - this.#checkedAtMs < CHECK_EVERY_MS) return this.#latest.schema;
    const hash = await this.#hash(signal);
    if (this.#latest === undefined || hash === undefined || hash !== this.#latest.hash) {
      const schema = parseSchema(await this.#client.rest('/api/schema', { branch: this.#branch }, signal));
      this.#latest = { schema, hash };
    }
    this.#checkedAtMs = nowMs;
    return this.#latest.schema;
  }

  /** One hash over all kinds; undefined where the server has no summary. */
  async #hash(signal: AbortSignal): Promise<unknown> {
    if (this.#latest === undefined) return undefined;
    try {
      const summary = await this.#client.rest('/api/schema/summary', { branch: this.#branch }, signal);
      return JSON.stringify(summary);
    } catch (error) {
      if (error instanceof InfrahubError && error.reason === 'not_found') return undefined;
      throw error;
    }
  }
}
