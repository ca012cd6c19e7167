import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { locate } from './scripts/testing/locate.ts';
import { MissingProgramsReporter } from './scripts/testing/missing-programs-reporter.ts';

// npm brings kubectl and helm for Linux on x86-64; elsewhere they have to be installed, as CI has them.
const hasKubernetesTools =
  (process.platform === 'linux' && process.arch === 'x64') ||
  (locate('kubectl') !== undefined && locate('helm') !== undefined);
const isSkipped = !hasKubernetesTools && process.env['CI'] !== 'true';
if (isSkipped) process.stderr.write('Not run, as kubectl and helm are not here: the tests of deploy/\n');

export default defineConfig({
  test: {
    include: ['{apps,packages}/*/{src,test}/**/*.test.ts', '{deploy,scripts}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(isSkipped ? ['deploy/**'] : [])],
    reporters: ['default', new MissingProgramsReporter()],
    testTimeout: 20_000,
    // One fewer than there are processors is the usual; most tests wait more than they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    coverage: {
      provider: 'v8',
      include: ['apps/*/src/**/*.ts', 'packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.d.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: {
        'packages/*/src/**/*.ts': { lines: 90 },
        'apps/*/src/**/*.ts': { lines: 85 },
      },
    },
  },
});
