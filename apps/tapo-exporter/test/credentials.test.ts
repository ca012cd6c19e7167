import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFakeClock } from '@device-exporters/retry/testing';
import { startTplinkDevice, type TplinkOptions } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { configFor, deviceClock, failed, folderOfTest, follow, isUp, pass, startTapo } from './following.ts';

const WRONG = { TP_LINK_USERNAME: 'user@example.com', TP_LINK_PASSWORD: 'hunter2-not-it' };

describe('a wrong password', () => {
  test.each<[string, TplinkOptions]>([
    ['KLAP', { model: 'p110' }],
    ['AES', { model: 'p100' }],
    ['TPAP', { model: 'tpap' }],
  ])('costs at most three logins a minute over %s', async (_, options) => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ ...options, clock: deviceClock(clock) });
    await using app = await follow([device], {}, { clock, environment: WRONG });
    const page = await failed(app, 'auth');
    expect(page.lines('tapo_device_up').map(({ value }) => value)).toEqual([0]);
    const timers = 2; // the device's rest, and the next look at the network
    await pass(clock, 240, timers);
    const tries = device.ledger.handshakes
      .filter(({ step }) => ['handshake1', 'login_device', 'pake_register'].includes(step))
      .map(({ atMs }) => atMs);
    expect(new Set(tries).size).toBeGreaterThan(1);
    const worst = Math.max(...tries.map((from) => tries.filter((at) => at >= from && at < from + 60_000).length));
    expect(worst).toBeLessThanOrEqual(3);
    expect(device.ledger.logins).toBe(0);
  });

  test('is named in the log as what it is, and never shown', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([device], {}, { environment: WRONG });
    const record = await app.logged(
      'the device refuses the login; check e-mail address (upper and lower case count) and password',
    );
    expect(record).toMatchObject({ level: 'WARN', reason: 'auth' });
    expect(JSON.stringify(app.records)).not.toContain(WRONG.TP_LINK_PASSWORD);
    expect((await app.scrape()).text).not.toContain(WRONG.TP_LINK_PASSWORD);
  });
});

describe('a password that was wrong is read anew', () => {
  test.each(['tapo_password_file', 'TAPO_PASSWORD_FILE', 'TP_LINK_PASSWORD_FILE'])('from %s', async (name) => {
    const clock = createFakeClock();
    const file = join(folderOfTest(), 'password');
    writeFileSync(file, 'old\n');
    await using device = await startTplinkDevice({ model: 'p110', clock: deviceClock(clock) });
    const isKey = name === 'tapo_password_file';
    const environment = { TP_LINK_USERNAME: device.user, ...(!isKey && { [name]: file }) };
    const config = configFor([device], {}, isKey ? { [name]: file } : {});
    await using app = await startTapo(config, { clock, environment });
    await failed(app, 'auth');
    writeFileSync(file, `${device.password}\n`);
    await pass(clock, 80, 2);
    await isUp(app, device);
  });

  test('from a file that was away for a moment', async () => {
    const clock = createFakeClock();
    const file = join(folderOfTest(), 'password');
    writeFileSync(file, 'old\n');
    await using device = await startTplinkDevice({ model: 'p110', clock: deviceClock(clock) });
    const environment = { TP_LINK_USERNAME: device.user, TP_LINK_PASSWORD_FILE: file };
    await using app = await follow([device], {}, { clock, environment });
    await failed(app, 'auth');
    renameSync(file, `${file}.away`);
    await pass(clock, 80, 2);
    writeFileSync(file, device.password);
    await pass(clock, 180, 2);
    await isUp(app, device);
  });

  test('when the device learns it, without waiting for a session to end', async () => {
    const clock = createFakeClock();
    await using device = await startTplinkDevice({ model: 'p110', clock: deviceClock(clock), password: 'other' });
    await using app = await follow([device], {}, { clock });
    await failed(app, 'auth');
    device.faults.changePassword('secret');
    await pass(clock, 80, 2);
    await isUp(app, device);
  });
});

describe('devices of nobody are read', () => {
  test.each([
    ['kasa-setup', {}],
    ['tapo-setup', {}],
    ['blank', {}],
    ['kasa-setup', WRONG],
    ['tapo-setup', WRONG],
    ['blank', WRONG],
  ] as const)('%s, with the account %o', async (credentials, environment) => {
    await using device = await startTplinkDevice({ model: 'p110', credentials });
    await using app = await follow([device], {}, { environment });
    await isUp(app, device);
  });
});

describe('the account', () => {
  const RIGHT = { name: 'user@example.com', password: 'secret' };
  const OTHER = { TP_LINK_USERNAME: 'other@example.com', TP_LINK_PASSWORD: 'other' };
  const OF_TAPO = { TAPO_USERNAME: RIGHT.name, TAPO_PASSWORD: RIGHT.password };

  test.each<[string, Record<string, string>, object, object]>([
    ['of TAPO_ wins over that of TP_LINK_', { ...OTHER, ...OF_TAPO }, {}, {}],
    ['of the file wins over that of TP_LINK_', OTHER, {}, { tapo_username: RIGHT.name, tapo_password: RIGHT.password }],
    [
      'of TAPO_ wins over that of the file',
      OF_TAPO,
      {},
      { tapo_username: 'other@example.com', tapo_password: 'other' },
    ],
    [
      'comes from the variables that the file names',
      { ...OTHER, MY_NAME: RIGHT.name, MY_WORD: RIGHT.password },
      { tapo_username_env_key: 'MY_NAME', tapo_password_env_key: 'MY_WORD' },
      {},
    ],
  ])('%s', async (_, environment, keys, more) => {
    await using device = await startTplinkDevice({ model: 'p110' });
    const options = { perform_discovery: false, ...keys };
    const config = configFor([device], { discovery_options: options }, more);
    await using app = await startTapo(config, { environment });
    await isUp(app, device);
    expect(device.ledger.failedLogins).toBe(0);
  });
});
