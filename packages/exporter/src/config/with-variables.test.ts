import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from './load.ts';
import type { Schema } from './schema.ts';
import { withVariables } from './with-variables.ts';

const schema = withVariables('APP_', {
  server: {
    port: { doc: 'Port.', format: 'port', default: 80, env: 'PORT' },
    token: { doc: 'Token.', format: 'secret', default: null },
    headers: { doc: 'Headers.', format: 'text-map', default: {} },
  },
  kinds: {
    doc: 'Kinds.',
    items: {
      kind: { doc: 'Kind.', format: 'text', default: null, required: true },
      include: { doc: 'Fields.', format: 'text-list', default: [] },
      filters: { doc: 'Filters.', format: 'map-list', default: [] },
    },
  },
} as const satisfies Schema);

function load(environment: Readonly<Record<string, string>>, file?: object) {
  const folder = mkdtempSync(join(tmpdir(), 'with-variables-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'config.yml');
  if (file !== undefined) writeFileSync(path, JSON.stringify(file));
  const flags = {};
  return loadConfig(schema, {
    file: file === undefined ? undefined : path,
    defaultFiles: [],
    environment,
    flags,
    allowUnknownKeys: false,
    folder,
  });
}

test('every setting has a variable of its place, which counts before one that it had', async () => {
  const { config } = await load({ APP_SERVER__PORT: '81', PORT: '82', APP_SERVER__TOKEN: 'hush' });
  expect([config.server.port, config.server.token?.reveal()]).toEqual([81, 'hush']);
  expect((await load({ PORT: '82' })).config.server.port).toBe(82);
});

test('the names of a map follow its variable', async () => {
  const { config } = await load({ APP_SERVER__HEADERS__authorization: 'x', APP_SERVER__HEADERS__b: 'y' });
  expect(config.server.headers).toEqual({ authorization: 'x', b: 'y' });
});

test('a list in a variable is JSON and takes the place of the one in the file', async () => {
  const file = { kinds: [{ kind: 'a', include: ['x'] }, { kind: 'b' }] };
  const { config } = await load({ APP_KINDS: '[{"kind":"c"}]' }, file);
  expect(config.kinds).toEqual([{ kind: 'c', include: [], filters: [] }]);
});

test('maps in a list keep their values as they are', async () => {
  const filters = [{ n: 1, s: '1', b: false, nothing: null, list: [1, 'a'] }];
  const { config } = await load(
    {},
    {
      kinds: [
        { kind: 'a', filters },
        { kind: 'b', filters: { one: 1 } },
      ],
    },
  );
  expect(config.kinds.map((kind) => kind.filters)).toEqual([filters, [{ one: 1 }]]);
});

test.each([
  ['[{"kind":"c","inclde":[]}]', 'APP_KINDS[0].inclde: unknown key; did you mean include?'],
  ['[{"kind":"c","filters":["a"]}]', 'APP_KINDS[0].filters: expected a list of sections of names and values'],
  ['[{"include":[]}]', 'kinds[0].kind: is missing'],
  ['{"kind":"c"}', 'APP_KINDS: expected a list of sections as JSON'],
  ['kind: c', 'APP_KINDS: expected a list of sections as JSON'],
])('a list in a variable is checked: %s', async (text, message) => {
  await expect(load({ APP_KINDS: text })).rejects.toThrow(message);
});
