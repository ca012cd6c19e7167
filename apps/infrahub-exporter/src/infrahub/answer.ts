import { type FaultReason, InfrahubError } from './errors.ts';

/** An HTTP answer, read to its end. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** The first value of a header. */
  header(name: string): string | undefined;
}

/** No error message of ours is longer than about this. */
const MAX_DETAIL = 300;

/**
 * Refuses what is no JSON answer with a status of 200.
 *
 * @param what was asked for: `POST /graphql/main`
 * @throws {InfrahubError}
 */
export function checkAnswer(answer: HttpAnswer, what: string, nowMs: number): void {
  const { status } = answer;
  const type = answer.header('content-type') ?? '';
  if (status >= 200 && status < 300) {
    if (/\bjson\b/i.test(type)) return;
    throw new InfrahubError(
      'protocol',
      `${what}: expected JSON, found ${type || 'no content type'}; is a proxy in between?`,
    );
  }
  const retryAfterMs = retryAfterOf(answer.header('retry-after'), nowMs);
  const detail = detailOf(answer);
  throw new InfrahubError(
    reasonOfStatus(status),
    `${what}: HTTP ${status}${placeOf(answer)}${detail && `: ${detail}`}`,
    {
      retryAfterMs,
    },
  );
}

/** Redirects are not followed: credentials would go along. */
function placeOf(answer: HttpAnswer): string {
  const location = answer.header('location');
  return location === undefined ? '' : ` to ${shortened(location)}, which is not followed`;
}

function reasonOfStatus(status: number): FaultReason {
  if (status === 401) return 'auth';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 422) return 'schema';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'server_error' : 'protocol';
}

/** Nobody is left alone for longer than this, whatever is asked for: a slip in a header would be for good. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** `Retry-After` is seconds or an HTTP date. */
function retryAfterOf(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const waitMs = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), LONGEST_RETRY_AFTER_MS);
}

/** What the errors of an answer say. Infrahub writes objects with a message, or in some cases plain texts. */
export function messagesOf(errors: unknown): string {
  if (!Array.isArray(errors)) return '';
  const messages = errors.map((error: unknown) => {
    if (typeof error === 'string') return error;
    const { message } = (error ?? {}) as { message?: unknown };
    return typeof message === 'string' ? message : '';
  });
  return shortened(messages.filter((text) => text !== '').join('; '));
}

function detailOf({ body }: HttpAnswer): string {
  if (!body.trimStart().startsWith('{')) return '';
  try {
    return messagesOf((JSON.parse(body) as { errors?: unknown }).errors);
  } catch {
    return '';
  }
}

function shortened(text: string): string {
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}…` : text;
}
