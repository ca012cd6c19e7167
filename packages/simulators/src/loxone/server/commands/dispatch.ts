import { isAtLeast } from '../../firmware.ts';
import type { CodeStyle } from '../../wire/envelope.ts';
import type { Core } from '../core.ts';
import { bootstrapCommands } from './bootstrap.ts';
import { type Answer, BAD_REQUEST, type Caller, type Command, type Encryption } from './command.ts';
import { houseCommands } from './house.ts';
import { loginCommands } from './login.ts';
import { tokenCommands } from './tokens.ts';

const COMMANDS: readonly Command[] = [...bootstrapCommands, ...loginCommands, ...tokenCommands, ...houseCommands];

/** A decrypted command and the circumstances it came in. */
export interface Request {
  readonly core: Core;
  readonly caller: Caller;
  readonly text: string;
  readonly encryption: Encryption;
}

/** Does what a command asks for, or says why not (PROTOCOL §4). Never throws for anything a client can send. */
export function dispatch(request: Request): { readonly answer: Answer; readonly codeStyle: CodeStyle } {
  const command = COMMANDS.find(({ path }) => request.text === path || request.text.startsWith(`${path}/`));
  const codeStyle = command?.codeStyle ?? 'Code';
  const refusal = refuse(command, request);
  if (command === undefined || refusal !== undefined) {
    return { answer: { code: refusal ?? 404, value: '' }, codeStyle };
  }
  const parameters = parametersOf(command, request.text);
  if (parameters === undefined) return { answer: BAD_REQUEST, codeStyle };
  const { core, caller, encryption } = request;
  return { answer: command.run({ core, caller, encryption, parameters }), codeStyle };
}

function refuse(command: Command | undefined, request: Request): number | undefined {
  // Nobody outside is told which commands exist.
  if (command === undefined) return request.caller.isLoggedIn ? 404 : 400;
  if (!existsIn(request.core.settings.firmware, command)) return 404;
  if (!(command.beforeLogin || request.caller.isLoggedIn)) return 400;
  return command.encryptedOnly && request.encryption === 'none' ? 400 : undefined;
}

function existsIn(firmware: string, { since = '0', removedIn }: Command): boolean {
  return isAtLeast(firmware, since) && !(removedIn !== undefined && isAtLeast(firmware, removedIn));
}

function parametersOf({ path, parameters }: Command, text: string): string[] | undefined {
  const rest = text.slice(path.length + 1);
  if (parameters === 'rest') return rest === '' ? undefined : [rest];
  const found = rest === '' ? [] : rest.split('/');
  return found.length === parameters && !found.includes('') ? found : undefined;
}

const MUTATING =
  /^j?dev\/(?:sps\/(?:ios?|run|stop|restart|identify)|sys\/(?:reboot|setdatetime|updatetolatestrelease))(?:\/|$)/i;

/**
 * Whether a command would change the house or the Miniserver. None of them does anything here: they are refused with
 * 403 and written into the ledger, for an exporter must never send one.
 */
export function isMutating(text: string): boolean {
  return MUTATING.test(text);
}
