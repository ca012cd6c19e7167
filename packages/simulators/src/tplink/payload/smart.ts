import type { Child } from '../capture/capture.ts';
import { isObject, type Json, type JsonObject, listOr } from '../json.ts';
import type { Board } from './board.ts';
import { pageOf } from './paging.ts';
import type { Command, Payload } from './payload.ts';
import { isSmartRead } from './read-only.ts';

/** How a SMART device treats batches and lists. */
export interface SmartOptions {
  /**
   * `answered`; `refused` as a whole with -1003, as some P100 do; `stop-on-error`: nothing after a member that fails.
   * Default answered.
   */
  readonly batches?: 'answered' | 'refused' | 'stop-on-error';
  /** Members of a batch; more are refused with -1006. Default 5. */
  readonly batchLimit?: number;
  /** Children on one page of a list. Default 10. */
  readonly pageSize?: number;
}

/** Error codes of PROTOCOLS §8.3. */
const CODE = { unknownMethod: -1002, json: -1003, tooLong: -1006, parameters: -1008, device: -1301 } as const;

type Note = (command: Command) => void;

/** SMART: `{"method":…,"params":…}` (PROTOCOLS §8). */
export class SmartPayload implements Payload {
  readonly #board: Board;
  readonly #options: Required<SmartOptions>;

  constructor(board: Board, options: Required<SmartOptions>) {
    this.#board = board;
    this.#options = options;
  }

  answer(request: Json | undefined, note: Note): Json {
    if (!isObject(request)) return this.error(CODE.json);
    return this.#single(request, note, undefined, false);
  }

  error(code: number): JsonObject {
    return { error_code: code };
  }

  #single(request: JsonObject, note: Note, child: Child | undefined, batched: boolean): JsonObject {
    const { method, params } = request;
    if (typeof method !== 'string' || (params !== undefined && !isObject(params))) return this.error(CODE.parameters);
    if (method === 'multipleRequest' && !batched) return this.#batch(params, note, child);
    if (method === 'control_child' && child === undefined) return this.#forChild(params, note, batched);
    const isWrite = !isSmartRead(method);
    const reply = isWrite ? CODE.device : this.#reply(method, params, child);
    const code = typeof reply === 'number' ? reply : 0;
    note({ method, child: child?.id, batched, code, isWrite });
    return typeof reply === 'number' ? this.error(reply) : { result: reply, error_code: 0 };
  }

  #reply(method: string, params: JsonObject | undefined, child: Child | undefined): Json {
    const reply = this.#board.read(method, child);
    if (reply === undefined) return CODE.unknownMethod;
    return pageOf(reply, params, this.#options.pageSize) ?? CODE.parameters;
  }

  #batch(params: JsonObject | undefined, note: Note, child: Child | undefined): JsonObject {
    const { batches, batchLimit } = this.#options;
    const { requests } = params ?? {};
    const refuse = (code: number): JsonObject => {
      note({ method: 'multipleRequest', child: child?.id, batched: false, code, isWrite: false });
      return this.error(code);
    };
    if (batches === 'refused') return refuse(CODE.json);
    if (!Array.isArray(requests)) return refuse(CODE.parameters);
    if (requests.length > batchLimit) return refuse(CODE.tooLong);
    const responses: JsonObject[] = [];
    for (const request of listOr(requests)) {
      const { method = '' } = isObject(request) ? request : {};
      const response = this.#single(isObject(request) ? request : {}, note, child, true);
      responses.push({ method, ...response });
      if (batches === 'stop-on-error' && response['error_code'] !== 0) break;
    }
    return { result: { responses }, error_code: 0 };
  }

  #forChild(params: JsonObject | undefined, note: Note, batched: boolean): JsonObject {
    const { device_id: id, requestData } = params ?? {};
    const child = typeof id === 'string' ? this.#board.child(id) : undefined;
    const refuse = (code: number): JsonObject => {
      note({ method: 'control_child', child: child?.id, batched, code, isWrite: false });
      return this.error(code);
    };
    if (child === undefined || !isObject(requestData)) return refuse(CODE.parameters);
    if (this.#board.entry(child)['status'] === 'offline') return refuse(CODE.device);
    return { result: { responseData: this.#single(requestData, note, child, false) }, error_code: 0 };
  }
}
