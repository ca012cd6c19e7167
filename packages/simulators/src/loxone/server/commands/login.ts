import { FEATURE } from '../../firmware.ts';
import type { LoginKind } from '../../ledger.ts';
import { decodeBase64, decodePercent } from '../../login/base64.ts';
import { decryptSessionKey } from '../../login/rsa.ts';
import type { TokenRecord } from '../../login/token-store.ts';
import { toLoxoneSeconds } from '../../wire/epoch.ts';
import { type Answer, BAD_REQUEST, type Call, type Command, ok } from './command.ts';

const INSTALLATION = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{16}$/i;

/** Key exchange and everything that logs a connection in (PROTOCOL §5 and §6). */
export const loginCommands: readonly Command[] = [
  {
    path: 'jdev/sys/keyexchange',
    parameters: 'rest',
    since: FEATURE.commandEncryption,
    beforeLogin: true,
    run: exchangeKeys,
  },
  {
    path: 'jdev/sys/getjwt',
    parameters: 5,
    since: FEATURE.jwt,
    beforeLogin: true,
    encryptedOnly: true,
    codeStyle: 'code',
    run: (call) => issueToken(call, 'getjwt'),
  },
  {
    path: 'jdev/sys/gettoken',
    parameters: 5,
    since: FEATURE.tokens,
    beforeLogin: true,
    encryptedOnly: true,
    codeStyle: 'code',
    run: (call) => issueToken(call, 'gettoken'),
  },
  {
    path: 'authwithtoken',
    parameters: 2,
    since: FEATURE.tokens,
    beforeLogin: true,
    encryptedOnly: true,
    codeStyle: 'code',
    run: logInWithToken,
  },
  {
    path: 'authenticate',
    parameters: 1,
    removedIn: FEATURE.hashLoginRemoved,
    beforeLogin: true,
    run: (call) => logInWithHash(call, call.parameters[0] ?? '', call.core.account.user),
  },
  {
    path: 'authenticateEnc',
    parameters: 'rest',
    since: FEATURE.commandEncryption,
    removedIn: FEATURE.hashLoginRemoved,
    beforeLogin: true,
    run(call) {
      const [, hash, user] = /^([0-9a-f]+)\/(.+)$/s.exec(call.caller.decrypt(call.parameters[0] ?? '') ?? '') ?? [];
      return hash === undefined || user === undefined ? { code: 401, value: '' } : logInWithHash(call, hash, user);
    },
  },
];

function exchangeKeys({ core, caller, parameters }: Call): Answer {
  const ciphertext = decodeBase64(parameters[0] ?? '');
  if (ciphertext === undefined) return BAD_REQUEST;
  const session = decryptSessionKey(core.rsa.privateKey, ciphertext);
  return session === undefined ? { code: 401, value: '' } : ok(caller.encryptWith(session, caller.keys.issue()));
}

function issueToken(call: Call, kind: 'getjwt' | 'gettoken'): Answer {
  const { core, caller, parameters } = call;
  const [hash = '', userText = '', permission = '', installation = '', info = ''] = parameters;
  const user = decodePercent(userText);
  const isComplete = INSTALLATION.test(installation) && info !== '' && decodePercent(info) !== undefined;
  if (user === undefined || !isComplete || !/^[24]$/.test(permission)) return BAD_REQUEST;
  const code = core.desk.byPasswordHash(attempt(call, kind, user), { hash, keys: caller.keys });
  if (code === 401) caller.keys.burn();
  if (code !== 200) return { code, value: code === 401 ? core.account.lastEdit() : '' };
  const token = core.tokens.issue(user, Number(permission));
  caller.welcome(token.token);
  return ok({ token: token.token, key: caller.keys.issue(), ...tokenTerms(token) });
}

function logInWithToken(call: Call): Answer {
  const { core, caller, parameters } = call;
  const [hash = '', userText = ''] = parameters;
  const user = decodePercent(userText);
  if (user === undefined) return BAD_REQUEST;
  const { code, token } = core.desk.byToken(attempt(call, 'authwithtoken', user), { hash, keys: caller.keys });
  if (code === 401) caller.keys.burn();
  if (token === undefined) return { code, value: '' };
  caller.welcome(token.token);
  return ok(tokenTerms(token));
}

function logInWithHash(call: Call, hash: string, user: string): Answer {
  const { core, caller } = call;
  const code = core.desk.byLegacyHash(attempt(call, 'authenticate', user), { hash, keys: caller.keys });
  if (code === 200) caller.welcome();
  if (code === 401) caller.keys.burn();
  return { code, value: '' };
}

function attempt({ caller }: Call, kind: LoginKind, user: string) {
  return { kind, user, address: caller.address, connection: caller.id };
}

/** The part of a token answer that says what the token is worth. */
export function tokenTerms(token: TokenRecord): object {
  return { validUntil: toLoxoneSeconds(token.expiresAtMs), tokenRights: token.permission, unsecurePass: false };
}
