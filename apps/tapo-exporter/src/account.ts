import { readFileSync } from 'node:fs';
import type { Environment } from '@device-exporters/exporter';
import type { Credentials } from '@device-exporters/tplink';
import type { Config } from './config.ts';

/**
 * The TP-Link account of a configuration: its own, else the one in the variables that it names. Undefined where there is
 * none: devices of the old kind, and those that were never bound to an account, can be read without.
 *
 * @throws {Error} when the file that has the password cannot be read
 */
export function accountOf(config: Config, environment: Environment): Credentials | undefined {
  const { tapo_username_env_key, tapo_password_env_key } = config.exporters.tapo.discovery_options;
  const username = config.tapo_username ?? environment[tapo_username_env_key];
  const password = config.tapo_password?.reveal() ?? secretFrom(environment, tapo_password_env_key);
  return username || password ? { username: username ?? '', password: password ?? '' } : undefined;
}

function secretFrom(environment: Environment, name: string): string | undefined {
  const file = environment[`${name}_FILE`];
  return environment[name] || (file ? readFileSync(file, 'utf8').replace(/\r?\n$/, '') : undefined);
}
