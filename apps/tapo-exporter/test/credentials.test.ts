import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScaledClock } from '@device-exporters/retry/testing';
import { startTplinkDevice, type TplinkOptions } from '@device-exporters/simulators';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ACCOUNT, failsFor, follow, isUp } from './following.ts';

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapo-account-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'password');
  writeFileSync(file, text);
  return file;
}

/** Most logins within any minute of the ledger's time, as the clock of the test tells it. */
function mostInAMinute(times: readonly number[], factor: number): number {
  const inWindow = (from: number) => times.filter((at) => at >= from && at < from + 60_000 / factor).length;
  return Math.max(0, ...times.map(inWindow));
}

describe('a device that refuses the login', () => {
  test.each<TplinkOptions>([{ model: 'p110' }, { model: 'p100' }, { model: 'tpap' }])(
    'is tried no more than three times a minute, and read soon after the password is right: $model',
    async (options) => {
      const factor = 60;
      await using device = await startTplinkDevice(options);
      const file = fileWith('wrong\n');
      const environment = { TP_LINK_USERNAME: device.user, TP_LINK_PASSWORD_FILE: file };
      await using app = await follow([device], { environment, clock: createScaledClock(factor) });
      await failsFor(app, 'auth', 2);
      const steps = new Set(['handshake1', 'login_device', 'pake_share']);
      const times = device.ledger.handshakes.filter(({ step }) => steps.has(step)).map(({ atMs }) => atMs);
      expect(mostInAMinute(times, factor)).toBeLessThanOrEqual(3);
      writeFileSync(file, `${device.password}\n`);
      await isUp(app, device);
    },
    20_000,
  );

  test('is named in the log with what to do, and no secret is', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    const environment = { ...ACCOUNT, TAPO_PASSWORD: 'a-wrong-secret' };
    await using app = await follow([device], { environment });
    const page = await failsFor(app, 'auth');
    expect(page.value('tapo_device_up')).toBe(0);
    expect(page.lines('tapo_power_watts')).toEqual([]);
    const record = await app.logged(
      'the device refuses the login; check e-mail address (upper and lower case count) and password',
    );
    expect(record).toMatchObject({ reason: 'auth', device: expect.stringContaining(device.host) as string });
    expect(JSON.stringify(app.records)).not.toMatch(/a-wrong-secret|"secret"/);
  });
});

describe('the account', () => {
  test.each<[string, Record<string, string>]>([
    ['TP_LINK variables', ACCOUNT],
    ['TAPO variables, which win', { ...ACCOUNT, TP_LINK_PASSWORD: 'wrong', TAPO_PASSWORD: 'secret' }],
    ['an e-mail address in other case', { ...ACCOUNT, TP_LINK_USERNAME: 'User@Example.com' }],
  ])('comes from %s', async (_, environment) => {
    await using device = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([device], { environment });
    await isUp(app, device);
  });

  test('comes from the variables that the configuration names', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    const names = { tapo_username_env_key: 'MY_USER', tapo_password_env_key: 'MY_PASSWORD' };
    await using app = await follow([device], {
      tapo: { discovery_options: { perform_discovery: false, ...names } },
      environment: { MY_USER: device.user, MY_PASSWORD: device.password },
    });
    await isUp(app, device);
  });

  test('comes from a flag and a file before all else', async () => {
    await using device = await startTplinkDevice({ model: 'p110' });
    await using app = await follow([device], {
      environment: { TAPO_USERNAME: 'somebody@example.com', TAPO_PASSWORD_FILE: fileWith('secret') },
      args: [`--tapo-username=${device.user}`],
    });
    await isUp(app, device);
  });

  test.each(['blank', 'kasa-setup', 'tapo-setup'] as const)(
    'is not needed for a device that was never bound to one: %s',
    async (credentials) => {
      await using device = await startTplinkDevice({ model: 'p110', credentials });
      await using app = await follow([device], { environment: {} });
      await isUp(app, device);
    },
  );
});

test('third-party access that is off has a reason of its own, and a sentence that names the switch', async () => {
  await using device = await startTplinkDevice({ model: 'p110' });
  await using app = await follow([device]);
  await isUp(app, device);
  device.faults.thirdPartyOff();
  const page = await failsFor(app, 'third_party_disabled');
  expect(page.lines('tapo_power_watts')).toEqual([]);
  expect(app.records.some(({ msg }) => String(msg).includes('Third-Party Compatibility'))).toBe(true);
  device.faults.thirdPartyOn();
  await isUp(app, device);
});
