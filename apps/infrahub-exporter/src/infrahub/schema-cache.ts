import type { Clock } from '@device-exporters/retry';
import type { InfrahubClient } from './client.ts';
import { isRecord } from './connection.ts';
import { type FaultReason, InfrahubError } from './errors.ts';
import { type InfrahubSchema, parseSchema } from './schema.ts';
import { SharedTask } from './shared-task.ts';

/** How long a schema counts as current without a look at its hash. */
const CHECK_EVERY_MS = 60_000;

/** The schema of the branch: read once, looked after by its hash, read again when that is another one. */
export class SchemaCache {
  readonly #client: InfrahubClient;
  readonly #branch: string;
  readonly #clock: Clock;
  #latest: { readonly schema: InfrahubSchema; readonly hashes: Hashes; summary: string | undefined } | undefined;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  readonly #underWay = new SharedTask<InfrahubSchema>();

  constructor(client: InfrahubClient, branch: string, clock: Clock) {
    this.#client = client;
    this.#branch = branch;
    this.#clock = clock;
  }

  /** The schema of now. Those who ask at the same time share one answer. @throws {InfrahubError} */
  current(signal: AbortSignal): Promise<InfrahubSchema> {
    return this.#underWay.run((until) => this.#read(until), signal);
  }

  /** Something does not fit the schema that is known: the next one who asks gets a fresh one. */
  doubt(): void {
    this.#checkedAtMs = Number.NEGATIVE_INFINITY;
  }

  async #read(signal: AbortSignal): Promise<InfrahubSchema> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#latest !== undefined && nowMs - this.#checkedAtMs < CHECK_EVERY_MS) return this.#latest.schema;
    const summary = this.#latest === undefined ? undefined : await this.#summary(signal);
    if (this.#latest === undefined || !isSummaryOf(this.#latest, summary)) {
      const answer = await this.#client.rest('/api/schema', { branch: this.#branch }, signal);
      this.#latest = { schema: parseSchema(answer), hashes: hashesIn(answer), summary: undefined };
    }
    this.#latest.summary = summary === undefined ? undefined : JSON.stringify(summary);
    this.#checkedAtMs = nowMs;
    return this.#latest.schema;
  }

  /** Undefined where the server has none, and so the schema is read again. */
  async #summary(signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#client.rest('/api/schema/summary', { branch: this.#branch }, signal);
    } catch (error) {
      // To servers without a summary this is a kind that they do not have.
      if (error instanceof InfrahubError && NO_SUMMARY.has(error.reason)) return undefined;
      throw error;
    }
  }
}

const NO_SUMMARY: ReadonlySet<FaultReason> = new Set(['not_found', 'schema', 'protocol']);

/** What a schema and its summary have in common: a hash of the branch, and one of each kind. */
type Hashes = ReadonlyMap<string, string>;

function isSummaryOf(known: { readonly hashes: Hashes; readonly summary: string | undefined }, now: unknown): boolean {
  if (now === undefined) return false;
  if (known.summary !== undefined) return known.summary === JSON.stringify(now);
  const hashes = hashesIn(now);
  // A summary has more kinds than a schema: those of Infrahub itself.
  const differs = [...hashes].some(([kind, hash]) => (known.hashes.get(kind) ?? hash) !== hash);
  return hashes.has('main') && known.hashes.has('main') && !differs;
}

function hashesIn(answer: unknown): Hashes {
  if (!isRecord(answer)) return new Map();
  const entries: [string, unknown][] = [['main', answer['main']]];
  for (const section of [answer['nodes'], answer['generics']]) {
    if (Array.isArray(section)) {
      const kinds = section.filter(isRecord).map(({ kind, hash }): [string, unknown] => [String(kind), hash]);
      entries.push(...kinds);
    } else if (isRecord(section)) entries.push(...Object.entries(section));
  }
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
