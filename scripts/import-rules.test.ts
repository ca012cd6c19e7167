import { describe, expect, test } from 'vitest';
import { importsOf, violationsOf } from './import-rules.ts';

describe('an import', () => {
  test.each([
    ['packages/exporter/src/a.ts', '@device-exporters/metrics'],
    ['packages/tplink/src/a.ts', '@device-exporters/retry'],
    ['packages/retry/src/a/b.ts', '../c.ts'],
    ['packages/metrics/src/a.ts', 'prom-client'],
    ['packages/retry/src/a.test.ts', '@device-exporters/simulators'],
    ['apps/x/src/a.ts', '@device-exporters/exporter'],
    ['apps/x/test/a.ts', '@device-exporters/simulators'],
    ['apps/x/test/a.test.ts', '../src/b.ts'],
    ['apps/x/test/a.test.ts', '@device-exporters/retry/testing'],
    ['apps/x/src/a.ts', 'ws'],
  ])('%s may import %s', (path, specifier) => expect(violationsOf({ path, imports: [specifier] })).toEqual([]));

  test.each([
    ['packages/retry/src/a.ts', '@device-exporters/metrics'],
    ['packages/metrics/src/a.ts', '@device-exporters/retry'],
    ['packages/loxone-auth/src/a.ts', '@device-exporters/loxone-protocol'],
    ['packages/tplink/src/a.ts', '@device-exporters/metrics'],
    ['packages/exporter/src/a.ts', '@device-exporters/loxone-auth'],
    ['packages/exporter/src/a.ts', '../../metrics/src/registry.ts'],
    ['apps/x/src/a.ts', '../../y/src/b.ts'],
    ['apps/x/src/a.ts', '@device-exporters/simulators'],
    ['apps/x/src/a.ts', '@device-exporters/metrics/src/registry.ts'],
    ['apps/x/src/a.ts', 'prom-client'],
    ['apps/x/src/a.ts', 'prom-client/lib/registry.js'],
  ])('%s may not import %s', (path, specifier) => {
    expect(violationsOf({ path, imports: [specifier] })).toEqual([
      expect.stringContaining(`${path} imports ${specifier}: `),
    ]);
  });
});

test('imports are found in every form', () => {
  const text = `
    import a, { type b } from 'one';
    import type { c } from 'two';
    import 'three';
    export { d } from 'four';
    export * from 'five';
    export type { e } from 'six';
    const f = await import('seven');
    type g = import('not-counted').g;
    const h = "import 'text'"; // import 'comment'
  `;
  expect(importsOf('x.ts', text)).toEqual(['one', 'two', 'three', 'four', 'five', 'six', 'seven']);
});
