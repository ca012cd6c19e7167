import { spawnSync } from 'node:child_process';

const PROGRAM = 'promtool';

/** What promtool says, and how it ends; both empty and 0 for a page without a fault. */
export function promtoolOn(
  args: readonly string[],
  input: string,
): { readonly said: string; readonly code: number | null } {
  const { status, stdout, stderr } = spawnSync(PROGRAM, args, { input, encoding: 'utf8' });
  return { said: `${stdout}${stderr}`.trim(), code: status };
}

/** `promtool check metrics` when it has nothing to say. */
export const SILENT = { said: '', code: 0 };

/** What `promtool check metrics` has to say of a page. */
export function checkMetrics(page: string): ReturnType<typeof promtoolOn> {
  return promtoolOn(['check', 'metrics'], page);
}
