import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import type { Environment, Log } from '@device-exporters/exporter';
import { createInstallationId } from './login.ts';

const FILE = 'installation-id';
const UUID = /^[0-9A-F]{8}(?:-?[0-9A-F]{4}){3}-?[0-9A-F]{12}$/;

/**
 * The id of this installation: kept in a file, as the broker lets in about ten different ones a day. Where nothing can be
 * kept it is made of the machine's name, which is the same after a restart, if not on every machine another one.
 *
 * @param directory null: the user's folder for state
 * @param account whose installation it is, for an id that is made
 */
export function installationId(directory: string | null, account: string, environment: Environment, log: Log): string {
  const state = environment['XDG_STATE_HOME'] || join(environment['HOME'] || homedir(), '.local', 'state');
  const folder = directory ?? join(state, 'ecoflow-exporter');
  const file = join(folder, FILE);
  try {
    const kept = readKept(file);
    if (kept !== undefined) return kept;
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    const id = createInstallationId();
    const temporary = `${file}.new`;
    writeFileSync(temporary, `${id}\n`, { mode: 0o640, flush: true });
    renameSync(temporary, file);
    return id;
  } catch (err) {
    log.warn({ err, folder }, 'the id of this installation cannot be kept: it is made of the name of this machine');
    return madeOf(`${hostname()} ${account}`);
  }
}

function readKept(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim().toUpperCase();
    return UUID.test(text) ? text : undefined;
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

function madeOf(text: string): string {
  const digits = createHash('sha256').update(text).digest('hex').slice(0, 32).toUpperCase();
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
