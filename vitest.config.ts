import { defineConfig } from 'vitest/config';
import { MissingProgramsReporter } from './scripts/testing/missing-programs-reporter.ts';

export default defineConfig({
  test: {
    include: ['{apps,packages}/*/{src,test}/**/*.test.ts', '{deploy,scripts}/**/*.test.ts'],
    reporters: ['default', new MissingProgramsReporter()],
    testTimeout: 20_000,
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
