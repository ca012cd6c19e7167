import type { ApiKeyOptions, Ledger, MiniserverOptions, WireOptions } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { connected, type Followed, follow } from './followed.ts';

/** Commands that carry a hash or name a user, which Loxone wants encrypted from firmware 9 on. */
const CONFIDENTIAL = /^(jdev\/sys\/(getkey2|getjwt|gettoken|refreshjwt|refreshtoken|killtoken)|authwithtoken)\//;
/** Commands that are answered with a token. */
const ANSWERED_WITH_TOKEN = /^jdev\/sys\/(getjwt|gettoken|refreshjwt|refreshtoken)\//;

/** Everything the Miniserver was told, HTTP included. */
function everythingSaid({ commands, httpRequests }: Ledger): string {
  return [...commands.map(({ command }) => command), ...httpRequests.map(({ path }) => path)].join('\n');
}

/** Waits for the login and checks what holds of every single one. */
async function expectOneCleanLogin({ app, miniserver }: Followed, kind: string): Promise<void> {
  await connected(app);
  const page = await app.scrapeUntil('there are values', ({ lines }) => lines('loxone_control_value').length > 300);
  const { ledger, password } = miniserver;
  expect(ledger.logins.map((login) => [login.kind, login.ok])).toEqual([[kind, true]]);
  expect(page.value('loxone_authentication_failures_total')).toBe(0);

  expect(ledger.commands.filter(({ command, encryption }) => isTooOpen(command, encryption))).toEqual([]);
  for (const form of [password, encodeURIComponent(password)]) expect(everythingSaid(ledger)).not.toContain(form);
  expect(JSON.stringify(app.records)).not.toContain(password);
  expect(ledger.overlaps).toEqual([]);
  expect(ledger.violations).toEqual([]);

  await app.stop();
  expect(ledger.tokensAlive).toEqual([]);
  expect(complaints(app)).toEqual([]);
}

/** All but the one that a Generation 2 costs whose certificate nobody verifies. */
function complaints({ records }: Followed['app']): unknown[] {
  return records.filter(
    ({ level, msg }) => ['WARN', 'ERROR'].includes(String(level)) && !/certificate/.test(String(msg)),
  );
}

function isTooOpen(command: string, encryption: string): boolean {
  if (ANSWERED_WITH_TOKEN.test(command)) return encryption !== 'fenc';
  return CONFIDENTIAL.test(command) && encryption === 'none';
}

async function logInTo(options: MiniserverOptions, kind: string): Promise<void> {
  await using followed = await follow({ miniserver: { password: 'Tr0ub4dor-3', ...options } });
  await expectOneCleanLogin(followed, kind);
}

describe('a login goes the way of the firmware, in one attempt', () => {
  test.each([
    [1, '8.2.10.14', 'authenticate'],
    [1, '8.3.3.21', 'authenticate'],
    [1, '9.0.9.26', 'gettoken'],
    [1, '9.3.2.20', 'gettoken'],
    [1, '10.0.9.1', 'gettoken'],
    [1, '10.1.12.11', 'gettoken'],
    [1, '10.2.3.26', 'getjwt'],
    [1, '10.4.0.0', 'getjwt'],
    [1, '14.5.12.28', 'getjwt'],
    [1, '16.0.6.10', 'getjwt'],
    [2, '10.4.0.0', 'getjwt'],
    [2, '11.2.3.4', 'getjwt'],
    [2, '14.5.12.28', 'getjwt'],
    [2, '15.2.10.14', 'getjwt'],
    [2, '16.0.6.10', 'getjwt'],
  ] as const)('Generation %d with firmware %s: %s', (generation, firmware, kind) =>
    logInTo({ generation, firmware }, kind),
  );

  test.each([
    ['8.2.10.14', 'authenticate'],
    ['9.3.2.20', 'gettoken'],
    ['14.5.12.28', 'getjwt'],
  ])('or the newest way that %s knows, where the version is not told: %s', (firmware, kind) =>
    logInTo({ generation: 1, firmware, apiKey: { extra: { version: undefined } } }, kind),
  );
});

describe('a login hashes as it is told', () => {
  test.each([
    ['SHA1', 'SHA1', '10.2.3.26'],
    ['SHA256', 'SHA1', '10.2.3.26'],
    ['unnamed', 'SHA1', '9.3.2.20'],
    ['SHA1', 'SHA256', '14.5.12.28'],
    ['SHA256', 'SHA256', '14.5.12.28'],
    ['unnamed', 'SHA256', '14.5.12.28'],
  ] as const)('passwords with %s, tokens with %s, firmware %s', (passwordHash, tokenHash, firmware) =>
    logInTo({ passwordHash, tokenHash, firmware }, firmware.startsWith('9') ? 'gettoken' : 'getjwt'),
  );
});

describe('a login takes any characters', () => {
  const ODD = [
    ['Jürgen Müller', 'päßwörd mit Lücken'],
    ['a:b', 'x:y:z::'],
    ['rooms/2', 'über/den/Weg'],
    ['100%25', '%41%%2F&?=#+'],
    ['smile 😀', '🔑 & "quotes" \\ $HOME'],
    ['~!*()\'"', " '-leading and trailing- "],
  ] as const;

  test.each(ODD)('user %j with password %j by getjwt', (user, password) => logInTo({ user, password }, 'getjwt'));

  test.each(ODD)('user %j with password %j by gettoken', (user, password) =>
    logInTo({ generation: 1, firmware: '9.3.2.20', user, password }, 'gettoken'),
  );

  test.each(ODD)('user %j with password %j by hash', (user, password) =>
    logInTo({ generation: 1, firmware: '8.2.10.14', user, password }, 'authenticate'),
  );
});

describe('a login minds no form of the answers', () => {
  const API_KEYS: readonly ApiKeyOptions[] = [
    { form: 'text' },
    { form: 'object' },
    { form: 'text', extra: { newThing: { nested: [1] }, motto: 'as said' } },
    { form: 'object', extra: { motto: "it's new" } },
  ];
  test.each(API_KEYS)('apiKey %j', (apiKey) => logInTo({ apiKey }, 'getjwt'));

  const WIRES: readonly WireOptions[] = [
    { framing: 'glued' },
    { framing: 'split' },
    { estimateFromBytes: 1 },
    { framing: 'glued', estimateFromBytes: 1, echo: 'jdev' },
    { framing: 'split', estimateFromBytes: 1, echo: 'received', base64LineFeeds: true },
    { echo: 'received' },
    { echo: 'jdev', base64LineFeeds: true, answerDelayMs: 20 },
  ];
  test.each(WIRES)('bytes laid out as %j', (wire) => logInTo({ wire }, 'getjwt'));
  test.each(WIRES)('bytes laid out as %j on a Generation 1 of long ago', (wire) =>
    logInTo({ wire, generation: 1, firmware: '9.0.9.26' }, 'gettoken'),
  );
});
