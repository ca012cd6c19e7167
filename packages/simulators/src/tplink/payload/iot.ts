import type { Child } from '../capture/capture.ts';
import { isObject, type Json, type JsonObject, listOr, objectOr } from '../json.ts';
import type { Board } from './board.ts';
import type { Command, Payload } from './payload.ts';
import { isIotRead } from './read-only.ts';

/** What some IOT devices do differently. */
export interface IotOptions {
  /** Answers only the first module of a request, as a few old ones do. Default false. */
  readonly firstModuleOnly?: boolean;
  /** `get_sysinfo` lists children by their last two digits. Default false. */
  readonly shortChildIds?: boolean;
}

const NO_MODULE = { err_code: -1, err_msg: 'module not support' };
const NO_MEMBER = { err_code: -2, err_msg: 'member not support' };
const BAD_ARGUMENT = { err_code: -3, err_msg: 'invalid argument' };
const NO_ENTRY = { err_code: -14, err_msg: 'entry not exist' };

type Note = (command: Command) => void;

/** IOT: `{"module":{"command":{}}}`, perhaps with a `context` that names an outlet (PROTOCOLS §7). */
export class IotPayload implements Payload {
  readonly #board: Board;
  readonly #options: Required<IotOptions>;

  constructor(board: Board, options: Required<IotOptions>) {
    this.#board = board;
    this.#options = options;
  }

  answer(request: Json | undefined, note: Note): Json {
    if (!isObject(request)) return BAD_ARGUMENT;
    const { context, ...modules } = request;
    const all = Object.entries(modules);
    const asked = this.#options.firstModuleOnly ? all.slice(0, 1) : all;
    const child = context === undefined ? undefined : this.#childOf(context);
    const batched = all.length > 1;
    return Object.fromEntries(
      asked.map(([module, commands]) => {
        if (child === 'unknown') return [module, NO_ENTRY];
        return [module, this.#module(module, objectOr(commands), { child, batched, note })];
      }),
    );
  }

  error(code: number): JsonObject {
    return { err_code: code };
  }

  #module(
    module: string,
    commands: JsonObject,
    context: { readonly child: Child | undefined; readonly batched: boolean; readonly note: Note },
  ): JsonObject {
    const { child, batched, note } = context;
    const refused = this.#board.read(module, child);
    const isKnown = Object.keys(child?.replies ?? this.#board.model.replies).some((key) =>
      key.startsWith(`${module}.`),
    );
    const replies = Object.entries(commands).map(([command, args]): [string, JsonObject] => {
      const isWrite = !isIotRead(command);
      const reply = isWrite ? BAD_ARGUMENT : this.#reply(`${module}.${command}`, objectOr(args), child);
      const code = isKnown || isWrite ? Number(reply['err_code'] ?? 0) : -1;
      note({ method: `${module}.${command}`, child: child?.id, batched, code, isWrite });
      return [command, reply];
    });
    if (isObject(refused)) return refused;
    return isKnown ? Object.fromEntries(replies) : NO_MODULE;
  }

  #reply(method: string, args: JsonObject, child: Child | undefined): JsonObject {
    const reply = this.#board.read(method, child);
    if (typeof reply === 'number') return { err_code: reply };
    if (!isObject(reply)) return NO_MEMBER;
    if (method === 'system.get_sysinfo' && this.#options.shortChildIds) return withShortIds(reply);
    return withoutOtherDates(reply, args);
  }

  #childOf(context: Json): Child | 'unknown' {
    const [id, ...others] = listOr(objectOr(context)['child_ids']);
    const child = typeof id === 'string' && others.length === 0 ? this.#board.child(id) : undefined;
    return child ?? 'unknown';
  }
}

function withShortIds(sysinfo: JsonObject): JsonObject {
  const children = listOr(sysinfo['children']).filter(isObject);
  const short = children.map((child) => ({ ...child, id: String(child['id']).slice(-2) }));
  return children.length === 0 ? sysinfo : { ...sysinfo, children: short };
}

/** Day and month lists hold only what was asked for. */
function withoutOtherDates(reply: JsonObject, args: JsonObject): JsonObject {
  const key = ['day_list', 'month_list'].find((name) => Array.isArray(reply[name]));
  if (key === undefined) return reply;
  const wanted = ['year', 'month'].filter((field) => typeof args[field] === 'number');
  const list = listOr(reply[key]).filter(isObject);
  return { ...reply, [key]: list.filter((entry) => wanted.every((field) => entry[field] === args[field])) };
}
