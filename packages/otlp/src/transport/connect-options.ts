import type { ResolvedSettings } from '../settings/settings.ts';
import type { TlsMaterial } from './tls-files.ts';

/** What a transport is made of. */
export interface ConnectOptions {
  readonly settings: ResolvedSettings;
  readonly tls: TlsMaterial;
  /** `loxone-exporter/1.0.0`; the exporter adds itself. */
  readonly userAgent: string;
}
