import { FEATURE, isAtLeast } from '../../firmware.ts';
import { decodePercent } from '../../login/base64.ts';
import type { TokenRecord } from '../../login/token-store.ts';
import { type Answer, BAD_REQUEST, type Call, type Command, ok } from './command.ts';
import { tokenTerms } from './login.ts';

/** What can be done with a token once logged in: each needs its own fresh key (PROTOCOL §6.1). */
export const tokenCommands: readonly Command[] = [
  {
    path: 'jdev/sys/refreshjwt',
    parameters: 2,
    since: FEATURE.jwt,
    encryptedOnly: true,
    codeStyle: 'code',
    run: (call) => withToken(call, replaceToken),
  },
  {
    path: 'jdev/sys/refreshtoken',
    parameters: 2,
    since: FEATURE.tokens,
    encryptedOnly: true,
    codeStyle: 'code',
    run: (call) =>
      withToken(
        call,
        isAtLeast(call.core.settings.firmware, FEATURE.refreshReplacesToken) ? replaceToken : extendToken,
      ),
  },
  {
    path: 'jdev/sys/checktoken',
    parameters: 2,
    since: FEATURE.checkToken,
    encryptedOnly: true,
    codeStyle: 'code',
    run: (call) => withToken(call, (_, token) => ok(tokenTerms(token))),
  },
  {
    path: 'jdev/sys/killtoken',
    parameters: 2,
    since: FEATURE.tokens,
    encryptedOnly: true,
    codeStyle: 'code',
    run: (call) =>
      withToken(call, ({ core }, token) => {
        core.tokens.kill(token.token);
        return ok('');
      }),
  },
];

function withToken(call: Call, use: (call: Call, token: TokenRecord) => Answer): Answer {
  const [hash = '', userText = ''] = call.parameters;
  const user = decodePercent(userText);
  if (user === undefined) return BAD_REQUEST;
  const token = call.core.desk.provenToken(user, { hash, keys: call.caller.keys });
  if (token !== undefined) return use(call, token);
  call.caller.keys.burn();
  return { code: 401, value: '' };
}

function replaceToken({ core, caller }: Call, old: TokenRecord): Answer {
  const fresh = core.tokens.replace(old);
  // The connection lives on with the new token and is cut when that one expires.
  if (caller.token === old.token) caller.welcome(fresh.token);
  return ok({ token: fresh.token, key: caller.keys.issue(), ...tokenTerms(fresh) });
}

function extendToken({ core }: Call, old: TokenRecord): Answer {
  return ok(tokenTerms(core.tokens.extend(old)));
}
