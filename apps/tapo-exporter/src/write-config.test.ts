import { expect, test } from 'vitest';
import { schema } from './config.ts';
import { nonDefaults } from './write-config.ts';

const { prometheus_port, tapo_username, tapo_password, exporters } = schema;
const { forget_after, devices, prometheus_options, discovery_options } = exporters.tapo;

const PART = {
  ...{ prometheus_port, tapo_username, tapo_password },
  exporters: { tapo: { forget_after, devices, prometheus_options, discovery_options } },
};

/** What all options of discovery are without a configuration. */
const DISCOVERY = Object.fromEntries(
  Object.entries(discovery_options).map(([key, setting]: [string, { default: unknown }]) => [key, setting.default]),
);

function written(tapo: object, more: object = {}): object | undefined {
  const usual = {
    forget_after: 86_400,
    devices: [],
    prometheus_options: { refresh_interval: 5, scrape_timeout: null },
  };
  const values = { prometheus_port: 8090, tapo_username: null, tapo_password: null, ...more };
  return nonDefaults(PART, { ...values, exporters: { tapo: { ...usual, discovery_options: DISCOVERY, ...tapo } } });
}

test('a configuration is written back without its defaults', () => {
  expect(written({ devices: ['a'] }, { prometheus_port: 8091 })).toEqual({
    prometheus_port: 8091,
    exporters: { tapo: { devices: ['a'] } },
  });
  expect(written({ prometheus_options: { refresh_interval: null, scrape_timeout: null } })).toEqual({
    exporters: { tapo: { prometheus_options: { refresh_interval: null } } },
  });
});

test('one that has nothing else is nothing', () => {
  expect(written({})).toBeUndefined();
});

test('the account is never written', () => {
  const account = { tapo_username: 'me', tapo_password: 'secret' };
  expect(written({ discovery_options: { ...DISCOVERY, credentials: { me: 'secret' } } }, account)).toBeUndefined();
});

test('headers for a collector, which variables may have set, are never written', () => {
  const opentelemetry = { enabled: true, auth: { headers: { Authorization: 'secret' } } };
  const { enabled, auth } = schema.opentelemetry;
  expect(nonDefaults({ opentelemetry: { enabled, auth } }, { opentelemetry })).toEqual({
    opentelemetry: { enabled: true },
  });
});
