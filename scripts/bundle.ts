import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { defineConfig, type RolldownOptions } from 'rolldown';
import { thirdPartyLicenses } from './third-party-licenses.ts';

/** Name of the virtual module that a bundle starts with. */
const ENTRY = 'main';

/**
 * What a small process that waits most of the time is better off with: a young generation that stays at 1 MB instead of
 * growing to 48, collected without helpers, which take longer to wake than one megabyte takes, and longer still on a busy
 * machine, and no optimising compilers, whose code alone is 8 MB and whose work pays off in hot loops only. At a
 * hundred events and ten scrapes a second this halves the memory and costs a few tenths of a per cent of one core.
 */
const ENGINE_FLAGS = [
  '--semi-space-growth-factor=1',
  '--no-parallel-scavenge',
  '--optimize-for-size',
  '--no-opt',
  '--no-maglev',
];

/**
 * What a bundle starts with: the compile cache is switched on before the app is loaded, and written a moment later, as a
 * process that ends by a signal does not write it. It halves the time to the first scrape.
 */
const ENTRY_SOURCE = `
const { enableCompileCache, flushCompileCache } = process.getBuiltinModule('node:module');
const { setFlagsFromString } = process.getBuiltinModule('node:v8');
for (const flag of ENGINE_FLAGS) setFlagsFromString(flag);
enableCompileCache();
await import('APP');
setTimeout(flushCompileCache, 5_000).unref();
`;

/**
 * Parts of fastify and pino that no exporter ever uses: schema compilers, the injection of requests in tests, log
 * transports in threads. They are half of the code, and code costs memory in every process even where it never runs.
 */
const NEVER_USED = /^(@fastify\/(ajv-compiler|fast-json-stringify-compiler)|light-my-request|thread-stream)$/;

const NOTHING = '\0nothing';

/**
 * Modules of Node.js that libraries require at their start and that many processes never use: TLS where everything is
 * plain, compression where nobody asks for it. Some 5 MB that are loaded when first touched.
 */
const LOADED_WHEN_USED = new Set(['crypto', 'http', 'http2', 'https', 'tls', 'worker_threads', 'zlib']);

/**
 * ES modules that ask for others by a `require` of their own making, which no bundler sees and which finds nothing beside a
 * bundle. Their CommonJS sisters ask by a plain one.
 */
const REQUIRES_UNSEEN = /^@opentelemetry\/otlp-grpc-exporter-base$/;

/** Where modules of Node.js come from in a bundle: this and their name. */
const BUILT_IN = '\0built-in:';

/**
 * The rolldown configuration of an app: `dist/main.js`, with chunks beside it for what is loaded later, the licences of
 * what it carries, and nothing needed at run time but Node.js.
 *
 * @param appFolder URL of the app's folder
 */
export function bundleOf(appFolder: URL): RolldownOptions {
  const main = new URL('src/main.ts', appFolder).pathname;
  return defineConfig({
    input: { main: ENTRY },
    platform: 'node',
    cwd: appFolder.pathname,
    transform: {
      target: 'node24',
      define: { 'process.env.DEVICE_EXPORTERS_BUILD': JSON.stringify(JSON.stringify(buildInfo(appFolder))) },
    },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === ENTRY ? `\0${ENTRY}` : null),
        load: (id) =>
          id === `\0${ENTRY}`
            ? ENTRY_SOURCE.replace('APP', main).replace('ENGINE_FLAGS', JSON.stringify(ENGINE_FLAGS))
            : null,
      },
      {
        name: 'never-used',
        resolveId: (id) => (NEVER_USED.test(id) ? NOTHING : null),
        load: (id) => (id === NOTHING ? 'module.exports = {};' : null),
      },
      {
        name: 'requires-unseen',
        resolveId(id, importer) {
          return REQUIRES_UNSEEN.test(id) ? this.resolve(id, importer, { kind: 'require-call', skipSelf: true }) : null;
        },
      },
      {
        name: 'built-in',
        // The bundler's own runtime imports `node:module`.
        resolveId: (id) => (isBuiltin(id) && id !== 'node:module' ? `${BUILT_IN}${id.replace('node:', '')}` : null),
        load: (id) => (id.startsWith(BUILT_IN) ? builtInModule(id.slice(BUILT_IN.length)) : null),
      },
      {
        name: 'ascii',
        generateBundle(_, bundle) {
          for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk') chunk.code = toAscii(chunk.code);
        },
      },
      thirdPartyLicenses,
    ],
    output: {
      dir: 'dist',
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      cleanDir: true,
      codeSplitting: { groups: [{ name: 'node', test: /^\0built-in:/ }] },
      minify: true,
    },
  });
}

/**
 * The source of a module that stands for one of Node.js. An import of the real one reads each of its exports at once, to
 * make an ES module of it, and with them loads what hides behind getters: 20 ms for `node:http` alone.
 */
function builtInModule(name: string): string {
  const load = `process.getBuiltinModule('node:${name}')`;
  if (!LOADED_WHEN_USED.has(name)) return `module.exports = ${load};`;
  const names = Object.keys(process.getBuiltinModule(`node:${name}`) ?? {});
  return `
for (const name of ${JSON.stringify(names)}) {
  Object.defineProperty(module.exports, name, { enumerable: true, get: () => ${load}[name] });
}
`;
}

/** Escapes what is outside ASCII. In memory a text with one character outside Latin-1 takes two bytes for each of its characters. */
function toAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Version, commit and date of this build, from the environment of a release or from the checkout. */
function buildInfo(appFolder: URL): Record<'version' | 'commit' | 'date', string> {
  const { BUILD_VERSION, BUILD_COMMIT, BUILD_DATE, SOURCE_DATE_EPOCH } = process.env;
  const { version } = JSON.parse(readFileSync(new URL('package.json', appFolder), 'utf8')) as { version: string };
  return {
    version: BUILD_VERSION || version,
    commit: BUILD_COMMIT || git('rev-parse', '--short=12', 'HEAD') || 'unknown',
    date: BUILD_DATE || isoDate(SOURCE_DATE_EPOCH || git('log', '-1', '--format=%ct')) || 'unknown',
  };
}

/** The date of the commit rather than of the build: the same sources make the same bundle. */
function isoDate(unixSeconds: string | undefined): string | undefined {
  if (!unixSeconds) return undefined;
  return new Date(Number(unixSeconds) * 1000).toISOString().replace('.000Z', 'Z');
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
