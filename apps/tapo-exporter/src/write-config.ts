import { existsSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { AppContext } from '@device-exporters/exporter';
import { type Config, schema } from './config.ts';

/** Never written, whatever they are: the account, and what a collector knows this program by. */
const ACCOUNT = new Set(['tapo_username', 'tapo_password', 'tapo_password_file', 'credentials', 'auth']);

/** Where pyprom-exporters has its configuration. */
const USUAL_FILE = 'config.yaml';

/**
 * Writes what differs from the defaults back to the configuration file, where the configuration asks for it. Accounts are
 * left out. A file that cannot be written costs a warning.
 */
export async function writeNonDefaults({ config, file = USUAL_FILE, log }: AppContext<Config>): Promise<void> {
  if (!config.write_non_default_config) return;
  // What a link stands for is written; the link stays.
  const target = existsSync(file) ? realpathSync(file) : file;
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    // Loaded for those few only.
    const { stringify } = await import('yaml');
    writeFileSync(temporary, stringify(nonDefaults(schema, config) ?? {}), { mode: 0o600 });
    renameSync(temporary, target);
    log.info({ file }, 'configuration written, without what is as by default and without the account');
  } catch (err) {
    log.warn({ file, err }, 'the configuration cannot be written');
    rmSync(temporary, { force: true });
  }
}

/** The values that differ from the defaults, sections nested; undefined where there is none. */
export function nonDefaults(node: object, values: object): object | undefined {
  const entries = Object.entries(node).flatMap(([key, entry]: [string, object]) => {
    if (ACCOUNT.has(key)) return [];
    const value: unknown = (values as Record<string, unknown>)[key];
    if (!('format' in entry && 'default' in entry)) {
      const section = nonDefaults(entry, value as object);
      return section === undefined ? [] : [[key, section] as const];
    }
    return isDeepStrictEqual(value, entry.default) ? [] : [[key, value] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
