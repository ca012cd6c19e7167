import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const INDEX = new URL('../src/index.ts', import.meta.url);

/** Every module that a process asks for which imports this package and then does something with it. */
function modulesOf(deed: string): string[] {
  const code = `
    import { registerHooks } from 'node:module';
    const asked = [];
    registerHooks({ resolve(specifier, context, next) { asked.push(specifier); return next(specifier, context); } });
    const otlp = await import(${JSON.stringify(INDEX.href)});
    ${deed}
    console.log(JSON.stringify(asked));
  `;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', code], { encoding: 'utf8' }),
  ) as string[];
}

const SDK = /^@(opentelemetry|grpc)\//;

test('a push that is switched off loads nothing of OpenTelemetry', () => {
  const asked = modulesOf(`
    const { signal } = new AbortController();
    const push = otlp.createOtlpPush({ environment: {}, signal });
    push.apply({ enabled: false });
    await push.finished;
  `);
  expect(asked).toContain('./push/push.ts');
  expect(asked.filter((specifier) => SDK.test(specifier))).toEqual([]);
});

test('an output that is made and not used loads nothing of OpenTelemetry', () => {
  const asked = modulesOf(`
    const registry = { families: () => [] };
    otlp.createOtlpOutput({ registry, serviceName: 'x', version: '1' });
  `);
  expect(asked.filter((specifier) => SDK.test(specifier))).toEqual([]);
});

test('only the protocol that is spoken is loaded', () => {
  const asked = modulesOf(`
    const registry = { families: () => [{ name: 'g', help: '', type: 'gauge', labelNames: [], samples: () => [{ labelValues: [], value: 1 }] }] };
    const settings = { endpoint: 'http://127.0.0.1:1', protocol: 'http' };
    const output = otlp.createOtlpOutput({ registry, settings, serviceName: 'x', version: '1' });
    const stop = new AbortController();
    stop.abort();
    await output.run(stop.signal);
  `);
  expect(asked).toContain('@opentelemetry/exporter-metrics-otlp-proto');
  expect(asked.filter((specifier) => specifier.startsWith('@grpc/') || specifier.endsWith('-grpc'))).toEqual([]);
});
