import type { Clock } from '@device-exporters/retry';
import { recordAt, recordsAt, textAt } from '../exchange/fields.ts';
import { errorCodeOf, isRecord, type JsonRecord, parseRecord } from '../exchange/json-record.ts';
import type { Transport } from '../transport.ts';

/** One method and its parameters; without any, `params` is left out. */
export interface SmartQuestion {
  readonly method: string;
  readonly params?: JsonRecord;
  /** Not every firmware knows it: one that does not is left alone with it for a while. */
  readonly isOptional?: boolean;
}

/** What came back for one method: a result, or the code of a refusal. */
export interface SmartReply {
  readonly result: JsonRecord | undefined;
  readonly code: number;
}

/** What the device said, by method. */
export interface SmartAnswers {
  /** Undefined for what the device refuses or does not know: a failure of that method alone. */
  get(method: string): JsonRecord | undefined;
  /** `error_code` of the method; 0 for a good one. */
  codeOf(method: string): number;
}

/** Asks a SMART device (PROTOCOLS §8). */
export interface SmartAsking {
  /** @param child id of the outlet that is meant */
  ask(questions: readonly SmartQuestion[], signal: AbortSignal, child?: string): Promise<SmartAnswers>;
}

/** Longer batches are refused by some firmwares. */
const BATCH_SIZE = 5;

/** Rate limited, or out of reach just now: says nothing of what the device can do. */
const PASSING_CODES: ReadonlySet<number> = new Set([-1001, -1301]);

/** "Unknown method" and "parameters", which stands for the same here. */
const UNKNOWN_CODES: ReadonlySet<number> = new Set([-1002, -1008]);

/** A method that a device does not know is not asked for again so soon; a new firmware may know it. */
const UNKNOWN_FOR_MS = 3_600_000;

/** No device has so many methods; one with other children at every turn does not fill the memory. */
const MOST_UNKNOWN = 1_000;

export function createSmartAsking(transport: Pick<Transport, 'exchange'>, clock: Clock): SmartAsking {
  /** Who refuses batches, as some P100 do: found out once, remembered for the session. */
  const refusesBatches = { device: false, children: false };
  const unknownUntilMs = new Map<string, number>();

  async function request(question: SmartQuestion, signal: AbortSignal, child?: string): Promise<SmartReply> {
    const own = onWire(question);
    const whole = child === undefined ? own : forChild(own, child);
    const text = JSON.stringify({ ...whole, request_time_milis: clock.now() });
    const answer = replyOf(parseRecord(await transport.exchange(text, signal), `answer to ${question.method}`));
    return child === undefined || answer.result === undefined
      ? answer
      : replyOf(recordAt(answer.result, 'responseData'));
  }

  async function inBatches(
    questions: readonly SmartQuestion[],
    signal: AbortSignal,
    child: string | undefined,
  ): Promise<Map<string, SmartReply>> {
    const who = child === undefined ? 'device' : 'children';
    const told = new Map<string, SmartReply>();
    for (let first = 0; !refusesBatches[who] && first < questions.length; first += BATCH_SIZE) {
      const requests = questions.slice(first, first + BATCH_SIZE).map(onWire);
      const { result, code } = await request({ method: 'multipleRequest', params: { requests } }, signal, child);
      if (result === undefined && !PASSING_CODES.has(code)) refusesBatches[who] = true;
      // Matched by method: the order is not the one of the questions on all devices.
      for (const response of recordsAt(result ?? {}, 'responses')) {
        told.set(textAt(response, 'method'), replyOf(response));
      }
    }
    return told;
  }

  function noteUnknown(key: string): void {
    if (unknownUntilMs.size >= MOST_UNKNOWN) unknownUntilMs.clear();
    unknownUntilMs.set(key, clock.monotonicMs() + UNKNOWN_FOR_MS);
  }

  return {
    async ask(questions, signal, child) {
      const keyOf = (method: string) => `${child ?? ''} ${method}`;
      const known = questions.filter(({ method }) => {
        return clock.monotonicMs() >= (unknownUntilMs.get(keyOf(method)) ?? Number.NEGATIVE_INFINITY);
      });
      const replies = known.length > 1 ? await inBatches(known, signal, child) : new Map<string, SmartReply>();
      for (const question of known) {
        const { method } = question;
        // A batch may stop after a member that fails.
        const reply = replies.get(method) ?? (await request(question, signal, child));
        replies.set(method, reply);
        if (question.isOptional && UNKNOWN_CODES.has(reply.code)) noteUnknown(keyOf(method));
      }
      return {
        get: (method) => replies.get(method)?.result,
        codeOf: (method) => replies.get(method)?.code ?? 0,
      };
    },
  };
}

/** Without what is not for the device. */
function onWire({ method, params }: SmartQuestion): SmartQuestion {
  return params === undefined ? { method } : { method, params };
}

function forChild(requestData: SmartQuestion, child: string): SmartQuestion {
  return { method: 'control_child', params: { device_id: child, requestData } };
}

/** @throws {ProtocolError} when an `error_code` is no number */
function replyOf(answer: JsonRecord): SmartReply {
  const code = errorCodeOf(answer, 'answer of the device');
  const { result } = answer;
  return { result: code === 0 && isRecord(result) ? result : undefined, code };
}
