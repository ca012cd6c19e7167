import { numberAt } from '../exchange/fields.ts';
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
   * a part of it only.
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
  async function exchange(commands: readonly IotCommand[], signal: AbortSignal, child?: string): Promise<JsonRecord> {
    const request: Record<string, unknown> = child === undefined ? {} : { context: { child_ids: [child] } };
    for (const { module, command, parameters = {} } of commands) {
      request[module] = { ...(request[module] as object | undefined), [command]: parameters };
    }
    return parseRecord(await transport.exchange(JSON.stringify(request), signal), 'answer of the device');
  }

  return {
    async ask(commands, signal, child) {
      const answer = await exchange(commands, signal, child);
      const replies: (JsonRecord | undefined)[] = [];
      for (const command of commands) {
        const isMissing = !(command.module in answer);
        const own = isMissing && commands.length > 1 ? await exchange([command], signal, child) : answer;
        replies.push(replyTo(command, own));
      }
      return replies;
    },
  };
}

/** A refusal carries its `err_code` on the module or on the command: both occur. */
function replyTo({ module, command }: IotCommand, answer: JsonRecord): JsonRecord | undefined {
  const ofModule = Object.hasOwn(answer, module) ? answer[module] : undefined;
  if (!isRecord(ofModule) || (numberAt(ofModule, 'err_code') ?? 0) !== 0) return undefined;
  const reply = Object.hasOwn(ofModule, command) ? ofModule[command] : undefined;
  return isRecord(reply) && (numberAt(reply, 'err_code') ?? 0) === 0 ? reply : undefined;
}
