import { FEATURE, isAtLeast } from '../../firmware.ts';
import { decodePercent } from '../../login/base64.ts';
import type { OneTimeKeys } from '../../login/one-time-keys.ts';
import type { Core } from '../core.ts';
import { BAD_REQUEST, type Command, ok } from './command.ts';

/** Commands that anyone may send, also over HTTP. */
export const bootstrapCommands: readonly Command[] = [
  {
    path: 'jdev/cfg/apiKey',
    parameters: 0,
    beforeLogin: true,
    run: ({ core, caller }) => ok(describeApi(core, caller.keys)),
  },
  { path: 'jdev/cfg/api', parameters: 0, beforeLogin: true, run: ({ core }) => ok(describeApi(core)) },
  {
    // HTTP only (PROTOCOL §2).
    path: 'jdev/sys/getPublicKey',
    parameters: 0,
    beforeLogin: true,
    run: () => BAD_REQUEST,
  },
  { path: 'jdev/sys/getkey', parameters: 0, beforeLogin: true, run: ({ caller }) => ok(caller.keys.issue()) },
  {
    path: 'jdev/sys/getkey2',
    parameters: 1,
    since: FEATURE.tokens,
    beforeLogin: true,
    codeStyle: 'code',
    run({ core, caller, parameters }) {
      const user = decodePercent(parameters[0] ?? '');
      return user === undefined ? BAD_REQUEST : ok(userKey(core, user, caller.keys));
    },
  },
];

/** Value of `getkey2`: everything a password hash needs. */
export function userKey(core: Core, user: string, keys: OneTimeKeys): object {
  const { account } = core;
  const hashAlg = account.announcedHash === 'unnamed' ? {} : { hashAlg: account.announcedHash };
  return { key: keys.issue(), salt: account.saltOf(user), ...hashAlg };
}

/**
 * Value of `apiKey` (with `keys`) and `api` (without): who this is. Usually a text of pseudo-JSON in single quotes,
 * on some firmwares a real object (PROTOCOL §2).
 */
export function describeApi(core: Core, keys?: OneTimeKeys): unknown {
  const { apiKey, generation, serialNumber, firmware, limits } = core.settings;
  const httpsStatus = apiKey.httpsStatus ?? (generation === 2 ? 1 : undefined);
  const description = {
    snr: (serialNumber.match(/../g) ?? []).join(':'),
    version: firmware,
    ...(keys === undefined ? {} : { key: keys.issue(), isInTrust: false }),
    ...(isAtLeast(firmware, FEATURE.localFlag) ? { local: true } : {}),
    hasEventSlots: apiKey.hasEventSlots ?? core.sessions.subscribers < limits.eventSlots,
    ...(httpsStatus === undefined ? {} : { httpsStatus }),
    ...apiKey.extra,
  };
  return apiKey.form === 'object' ? description : JSON.stringify(description).replaceAll('"', "'");
}
