import type { Credentials } from '@device-exporters/tplink';
import type { Config } from './config.ts';

/** The TP-Link account of a configuration; devices with older firmware need none. */
export function accountOf({ kasa: { username, password } }: Config): Credentials | undefined {
  return username || password ? { username: username ?? '', password: password?.reveal() ?? '' } : undefined;
}
