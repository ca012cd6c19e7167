import type { Reporter, TestModule } from 'vitest/node';

/** Says at the end of a run what was skipped because the machine lacks a program: `… [needs promtool]`. */
export class MissingProgramsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const missing = new Map<string, string[]>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const program = /\[needs ([^\]]+)\]/.exec(test.fullName)?.[1];
        if (program === undefined) continue;
        missing.set(program, [...(missing.get(program) ?? []), test.fullName]);
      }
    }
    for (const [program, tests] of missing) {
      console.log(`\nNot run, as ${program} is not here (${tests.length}):`);
      for (const name of tests) console.log(`  ${name}`);
    }
  }
}
