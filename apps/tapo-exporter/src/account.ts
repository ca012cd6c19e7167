import {
  type Environment,
  type Problem,
  readSecretFile,
  type Secret,
  SecretFileError,
} from '@device-exporters/exporter';
import type { Credentials } from '@device-exporters/tplink';

/** Where an account may stand in a configuration. */
export interface AccountSettings {
  readonly tapo_username: string | null;
  readonly tapo_password: Secret | null;
  readonly exporters: {
    readonly tapo: {
      readonly discovery_options: { readonly tapo_username_env_key: string; readonly tapo_password_env_key: string };
    };
  };
}

/**
 * The TP-Link account of a configuration: its own, else the one in the variables that it names. Undefined where there is
 * none: devices of the old kind, and those that were never bound to an account, can be read without.
 *
 * @throws {SecretFileError} when the file that has the password cannot be used
 */
export function accountOf(config: AccountSettings, environment: Environment): Credentials | undefined {
  const { tapo_username_env_key, tapo_password_env_key } = config.exporters.tapo.discovery_options;
  const username = config.tapo_username ?? environment[tapo_username_env_key];
  const password = config.tapo_password?.reveal() ?? secretFrom(environment, tapo_password_env_key);
  return username || password ? { username: username ?? '', password: password ?? '' } : undefined;
}

/** What is wrong with the file that a variable names: of a variable with a name of the user's own, no setting knows. */
export function problemsOfAccount(config: AccountSettings, environment: Environment): Problem[] {
  try {
    accountOf(config, environment);
    return [];
  } catch (error) {
    if (!(error instanceof SecretFileError)) throw error;
    const { tapo_password_env_key } = config.exporters.tapo.discovery_options;
    return [{ source: 'environment', key: `${tapo_password_env_key}_FILE`, message: error.message }];
  }
}

function secretFrom(environment: Environment, name: string): string | undefined {
  const file = environment[`${name}_FILE`];
  return environment[name] || (file ? readSecretFile(file, process.cwd()).reveal() : undefined);
}
