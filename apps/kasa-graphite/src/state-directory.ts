import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment, Log } from '@device-exporters/exporter';
import { createDeviceNames, type DeviceNames, nameFile } from '@device-exporters/graphite';
import type { Config } from './config.ts';

const FILE = 'names.json';

/**
 * The names of devices, kept in the first of these folders that can be written: the one that is configured, else the
 * spool's, else the user's folder for state. Where none can be, they last as long as the process, with a warning.
 */
export function openNames(config: Config, environment: Environment, log: Log): DeviceNames {
  const candidates = candidatesFor(config, environment);
  const directory = candidates.find(isWritable);
  if (directory === undefined) {
    log.warn(
      { directories: candidates },
      'no folder for the names of devices can be written: after a restart they are made anew',
    );
    return createDeviceNames({ log });
  }
  return createDeviceNames({ store: nameFile(join(directory, FILE)), log });
}

function candidatesFor({ state_directory, graphite }: Config, environment: Environment): string[] {
  if (state_directory !== null) return [state_directory];
  const state = environment['XDG_STATE_HOME'] || join(environment['HOME'] || homedir(), '.local', 'state');
  const { directory } = graphite.spool;
  return [...(directory === null ? [] : [directory]), join(state, 'kasa-graphite')];
}

function isWritable(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
