import { isRecord, type JsonRecord, parseRecord } from '../exchange/json-record.ts';
import type { Transport } from '../transport.ts';

/** One command of a module, with its arguments. */
export interface IotCommand {
  readonly module: string;
  readonly command: string;
  readonly parameters?: JsonRecord;
}

/** Asks an IOT device (PROTOCOLS: `{"module":{"command":{}}}`). */
export interface IotAsking {
  /**
   * Asks for several things at once; what an answer leaves out is asked for again by itself, as a few old devices answer
   * a part of it only. Those are asked for one module at a time from then on.
   *
   * @param child full id of the outlet that is meant
   * @returns the replies in the order of the commands, undefined for what the device refuses or does not know
   */
  ask(
    commands: readonly IotCommand[],
    signal: AbortSignal,
    child?: string,
  ): Promise<readonly (JsonRecord | undefined)[]>;
}

export function createIotAsking(transport: Pick<Transport, 'exchange'>): IotAsking {
  let answersAllAtOnce = true;

  async function exchange(commands: readonly IotCommand[], signal: AbortSignal, child?: string): Promise<JsonRecord> {
    const request: Record<string, unknown> = child === undefined ? {} : { context: { child_ids: [child] } };
    for (const { module, command, parameters = {} } of commands) {
      request[module] = { ...(request[module] as object | undefined), [command]: parameters };
    }
    return parseRecord(await transport.exchange(JSON.stringify(request), signal), 'answer of the device');
  }

  return {
    async ask(commands, signal, child) {
      const modules = Map.groupBy(commands, ({ module }) => module);
      const isJoint = answersAllAtOnce && modules.size > 1;
      const answers = new Map(Object.entries(isJoint ? await exchange(commands, signal, child) : {}));
      for (const [module, own] of modules) {
        if (answers.has(module)) continue;
        const answer = await exchange(own, signal, child);
        // One that knows the module after all has only not said so before.
        if (isJoint && module in answer) answersAllAtOnce = false;
        answers.set(module, answer[module]);
      }
      return commands.map(({ module, command }) => replyTo(command, answers.get(module)));
    },
  };
}

/** A refusal carries its `err_code` on the module or on the command: both occur. */
function replyTo(command: string, ofModule: unknown): JsonRecord | undefined {
  if (!isRecord(ofModule) || !isGood(ofModule)) return undefined;
  const reply = Object.hasOwn(ofModule, command) ? ofModule[command] : undefined;
  return isRecord(reply) && isGood(reply) ? reply : undefined;
}

/** Replies of some commands have no `err_code`. */
function isGood({ err_code: code = 0 }: JsonRecord): boolean {
  return code === 0;
}
