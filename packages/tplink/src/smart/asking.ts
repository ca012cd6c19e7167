import type { Clock } from '@device-exporters/retry';
import { numberAt, recordAt, recordsAt, textAt } from '../exchange/fields.ts';
import { isRecord, type JsonRecord, parseRecord } from '../exchange/json-record.ts';
import type { Transport } from '../transport.ts';

/** One method and its parameters; without any, `params` is left out. */
export interface SmartQuestion {
  readonly method: string;
  readonly params?: JsonRecord;
}

/** The answers that came, by method. What the device refuses or does not know has none. */
export type SmartAnswers = ReadonlyMap<string, JsonRecord>;

/** Asks a SMART device (PROTOCOLS §8). */
export interface SmartAsking {
  /** @param child id of the outlet that is meant */
  ask(questions: readonly SmartQuestion[], signal: AbortSignal, child?: string): Promise<SmartAnswers>;
}

/** Longer batches are refused by some firmwares. */
const BATCH_SIZE = 5;

export function createSmartAsking(transport: Pick<Transport, 'exchange'>, clock: Clock): SmartAsking {
  // Some P100 refuse every batch; asked once, remembered for the session.
  let takesBatches = true;

  /** The result of one request, or undefined with any `error_code` but 0: a failure of that method alone. */
  async function request(
    question: SmartQuestion,
    signal: AbortSignal,
    child?: string,
  ): Promise<JsonRecord | undefined> {
    const { method, params } = child === undefined ? question : forChild(question, child);
    const text = JSON.stringify({ method, ...(params && { params }), request_time_milis: clock.now() });
    const answer = parseRecord(await transport.exchange(text, signal), `answer to ${question.method}`);
    const result = resultOf(answer);
    return child === undefined || result === undefined ? result : resultOf(recordAt(result, 'responseData'));
  }

  async function inBatches(
    questions: readonly SmartQuestion[],
    signal: AbortSignal,
    child: string | undefined,
  ): Promise<Map<string, JsonRecord | undefined>> {
    const told = new Map<string, JsonRecord | undefined>();
    for (let first = 0; takesBatches && first < questions.length; first += BATCH_SIZE) {
      const requests = questions.slice(first, first + BATCH_SIZE);
      const batch = await request({ method: 'multipleRequest', params: { requests } }, signal, child);
      // Of a child it may be the child that is out of reach.
      if (batch === undefined && child === undefined) takesBatches = false;
      // Matched by method: the order is not the one of the questions on all devices.
      for (const response of recordsAt(batch ?? {}, 'responses'))
        told.set(textAt(response, 'method'), resultOf(response));
    }
    return told;
  }

  return {
    async ask(questions, signal, child) {
      const told = questions.length > 1 ? await inBatches(questions, signal, child) : new Map();
      const answers = new Map<string, JsonRecord>();
      for (const question of questions) {
        const { method } = question;
        // A batch may stop after a member that fails.
        const result = told.has(method) ? told.get(method) : await request(question, signal, child);
        if (result !== undefined) answers.set(method, result);
      }
      return answers;
    },
  };
}

function forChild(requestData: SmartQuestion, child: string): SmartQuestion {
  return { method: 'control_child', params: { device_id: child, requestData } };
}

function resultOf(answer: JsonRecord): JsonRecord | undefined {
  if ((numberAt(answer, 'error_code') ?? 0) !== 0) return undefined;
  const { result } = answer;
  return isRecord(result) ? result : undefined;
}
