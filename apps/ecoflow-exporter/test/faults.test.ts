import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '@device-exporters/exporter/testing';
import { createScaledClock } from '@device-exporters/retry/testing';
import { type CloudFault, startEcoflowCloud } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { DELTA_2, DELTA_3, folderOfTest, follow, isRead, type Kind } from './following.ts';

const MAIN = new URL('../src/main.ts', import.meta.url);
const { sn } = DELTA_2;

describe('credentials', () => {
  const KEYS = { ECOFLOW_ACCESS_KEY: 'a-key', ECOFLOW_SECRET_KEY: 'a-secret' };
  const ACCOUNT = { ECOFLOW_ACCOUNT_USER: 'me@example.com', ECOFLOW_ACCOUNT_PASSWORD: 'a-password' };

  test.each<[string, Record<string, string>, RegExp]>([
    ['of both kinds', { ...KEYS, ...ACCOUNT }, /ECOFLOW_ACCESS_KEY.*ECOFLOW_ACCOUNT_USER/],
    ['that are missing', {}, /ECOFLOW_ACCESS_KEY=… ECOFLOW_SECRET_KEY=…/],
    ['of which one half is missing', { ECOFLOW_ACCESS_KEY: 'a-key' }, /secret_key: missing/],
    ['of the other kind than the access', { ...KEYS, ECOFLOW_API_TYPE: 'device' }, /device wants an account/],
    ['beside a number that is none', { ...KEYS, COLLECTING_INTERVAL: 'soon' }, /COLLECTING_INTERVAL.*soon/],
    [
      'beside a file of models that is not there',
      { ...KEYS, ECOFLOW_DEVICES_JSON: '/nowhere.json' },
      /^devices_json: \/nowhere\.json cannot be read \(ENOENT\)$/m,
    ],
  ])('%s are told at once', async (_, environment, message) => {
    const { code, stderr } = await runProgram(MAIN, [], environment);
    expect(code).toBe(1);
    expect(stderr()).toMatch(message);
    expect(stderr()).not.toMatch(/a-key|a-secret|a-password/);
  });

  test.each<[string, Kind, object]>([
    ['a wrong secret', 'rest', { secret_key: 'wrong-secret' }],
    ['a wrong key', 'open-mqtt', { access_key: 'wrong-secret' }],
    ['a wrong password', 'mqtt', { account_password: 'wrong-secret' }],
  ])('that are refused are tried a few times a minute at most, and never told: %s', async (_, kind, wrong) => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, kind, wrong);
    const record = await app.logged(
      kind === 'open-mqtt'
        ? 'the key is wrong, or of another region than the host; other hosts are api.ecoflow.com, api-e.ecoflow.com, api-a.ecoflow.com'
        : 'the cloud refuses the credentials',
    );
    expect(record['nextAttemptSeconds']).toBeGreaterThanOrEqual(48);
    expect(cloud.ledger.requests.length).toBeLessThanOrEqual(2);
    expect(JSON.stringify(app.records)).not.toMatch(/wrong-secret|secret-key/);
    expect(cloud.ledger.brokerLogins).toBe(0);
  });
});

describe('a cloud that goes wrong', () => {
  test.each<[string, CloudFault]>([
    ['answers HTTP 500', { status: 500 }],
    ['answers HTML', 'html'],
    ['answers half a sentence', 'truncated'],
    ['does not answer', 'hang'],
    ['is too busy', { status: 429, retryAfterSeconds: 1 }],
    ['says so in words', { code: '', message: 'Server is too busy' }],
  ])('and %s costs the readings until it is right again', async (_, fault) => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, 'rest', { http_timeout: 1 });
    await isRead(app, sn);
    cloud.faults.always(fault);
    await app.scrapeUntil('no reading is left', ({ lines }) => lines('ecoflow_battery_soc_ratio').length === 0);
    expect((await app.scrape()).value('ecoflow_last_message_timestamp_seconds')).toBeGreaterThan(1e9);
    cloud.faults.always(undefined);
    await isRead(app, sn);
  });

  test('for long takes its devices off line: nobody knows any more', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, 'rest', { mqtt_timeout: 1 });
    await isRead(app, sn);
    cloud.faults.always({ status: 500 });
    await app.scrapeUntil('it is off line', ({ value }) => value('ecoflow_online', { device: sn }) === 0);
    expect((await app.health()).status).toBe(503);
    cloud.faults.always(undefined);
    const page = await isRead(app, sn);
    expect(page.value('ecoflow_online', { device: sn })).toBe(1);
  }, 30_000);

  test('never sees a nonce twice', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2, DELTA_3] });
    await using app = await follow(cloud, 'rest');
    await isRead(app, sn);
    await cloud.ledger.until(({ requests }) => requests.length > 8);
    const nonces = cloud.ledger.requests.map(({ nonce }) => nonce);
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  test('and refuses one device lets the others be read', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2, { ...DELTA_2, sn: 'R331ZEB4ZE000009' }] });
    await using app = await follow(cloud, 'rest', { device_sn: `${sn},R331ZEB4ZE000009` });
    cloud.device('R331ZEB4ZE000009').isBound = false;
    await isRead(app, sn);
    await app.logged('the account does not have this device; is the serial number right?');
    const page = await isRead(app, sn);
    expect(page.value('ecoflow_online', { device: 'R331ZEB4ZE000009' })).toBe(0);
  });
});

describe('a broker', () => {
  test.each<Kind>(['open-mqtt', 'device'])(
    'that drops the connection has it back, with the same client id: %s',
    async (kind) => {
      await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
      await using app = await follow(cloud, kind);
      await isRead(app, sn);
      cloud.dropConnections();
      await cloud.ledger.until(({ brokerLogins }) => brokerLogins >= 2);
      await app.scrapeUntil('it is connected', ({ value }) => value('ecoflow_mqtt_connected') === 1);
      expect(new Set(cloud.ledger.clientIds).size).toBe(1);
      expect(cloud.ledger.count('/auth/login')).toBeLessThanOrEqual(1);
    },
  );

  test('that ends every connection soon is left alone for longer each time', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, 'device');
    for (let logins = 1; logins <= 3; logins += 1) {
      await cloud.ledger.until(({ brokerLogins }) => brokerLogins === logins);
      await app.scrapeUntil('it is connected', ({ value }) => value('ecoflow_mqtt_connected') === 1);
      cloud.dropConnections();
      await app.scrapeUntil('it is gone', ({ value }) => value('ecoflow_mqtt_connected') === 0);
    }
    const waits = app.records.filter(({ msg }) => msg === 'the connection to the broker has ended');
    expect(waits.at(-1)?.['nextAttemptSeconds']).toBeGreaterThanOrEqual(3);
  }, 20_000);

  test('whose device was on line and never says anything has it off line', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, 'mqtt', { mqtt_timeout: 1, idle_check_interval: 1 });
    await app.scrapeUntil('it is on line', ({ value }) => value('ecoflow_online', { device: sn }) === 1);
    await app.scrapeUntil('it is off line', ({ value }) => value('ecoflow_online', { device: sn }) === 0);
  }, 20_000);

  test('that is away for a while is found again', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, 'device');
    await isRead(app, sn);
    await cloud.stopBroker();
    await app.scrapeUntil('it is gone', ({ value }) => value('ecoflow_mqtt_connected') === 0);
    await cloud.startBroker();
    await app.scrapeUntil('it is back', ({ value }) => value('ecoflow_mqtt_connected') === 1);
    expect((await app.scrape()).value('ecoflow_mqtt_reconnections_total')).toBeGreaterThan(0);
  });

  test('that refuses the client id is asked again with a new certification, and rarely', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    cloud.faults.refuseBroker = 5;
    await using app = await follow(cloud, 'device');
    await cloud.ledger.until(({ brokerRefusals }) => brokerRefusals >= 2);
    expect(cloud.ledger.count('/iot-auth/app/certification')).toBe(2);
    expect(cloud.ledger.count('/auth/login')).toBe(1);
    await app.scrapeUntil('it waits', () =>
      app.records.some(({ nextAttemptSeconds }) => Number(nextAttemptSeconds) >= 48),
    );
    expect(cloud.ledger.brokerRefusals).toBe(2);
  });

  test('whose account has expired is logged in to anew', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, 'device');
    await isRead(app, sn);
    cloud.expireToken();
    cloud.faults.refuseBroker = 5;
    cloud.dropConnections();
    await cloud.ledger.until(({ brokerRefusals }) => brokerRefusals >= 1);
    cloud.faults.refuseBroker = 0;
    await cloud.ledger.until(({ brokerLogins }) => brokerLogins >= 2);
    expect(cloud.ledger.count('/auth/login')).toBe(2);
  });

  test('that says nothing is left for another connection', async () => {
    await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
    await using app = await follow(cloud, 'mqtt', { mqtt_timeout: 1 });
    await app.logged('connected to the broker');
    await cloud.ledger.until(({ brokerLogins }) => brokerLogins >= 2, 10_000);
    expect(new Set(cloud.ledger.clientIds).size).toBe(1);
  });
});

test('a device that has been silent for long has no values any more', async () => {
  await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
  await using app = await follow(cloud, 'mqtt', {}, createScaledClock(60));
  await app.logged('connected to the broker');
  await cloud.push(sn, { 'pd.soc': 50 });
  await isRead(app, sn);
  const page = await app.scrapeUntil('it is gone', ({ lines }) => lines('ecoflow_battery_soc_ratio').length === 0);
  expect(page.value('ecoflow_online', { device: sn })).toBe(0);
  await cloud.push(sn, { 'pd.soc': 51 });
  await isRead(app, sn);
});

test('the id of an installation outlives it', async () => {
  await using cloud = await startEcoflowCloud({ devices: [DELTA_2] });
  const state_dir = folderOfTest();
  for (let run = 1; run <= 2; run++) {
    const app = await follow(cloud, 'device', { state_dir });
    await isRead(app, sn);
    await app.stop();
  }
  expect(new Set(cloud.ledger.clientIds).size).toBe(1);
  const id = readFileSync(join(state_dir, 'installation-id'), 'utf8').trim();
  expect(cloud.ledger.clientIds[0]).toBe(`ANDROID_${id}_1234567890123456789`);
});
