import { readFileSync } from 'node:fs';

/** What `--version` and `…_build_info` say. */
export interface BuildInfo {
  readonly version: string;
  readonly commit: string;
  /** RFC 3339. */
  readonly date: string;
}

const UNKNOWN = 'unknown';

/**
 * The build of this process: baked into bundles in place of `process.env.DEVICE_EXPORTERS_BUILD`, and read from
 * package.json where the sources run directly.
 *
 * @param packageFile URL of the app's package.json
 */
export function readBuildInfo(packageFile: URL): BuildInfo {
  const baked = process.env['DEVICE_EXPORTERS_BUILD'];
  if (baked !== undefined) return JSON.parse(baked) as BuildInfo;
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version?: string };
  return { version: version ?? UNKNOWN, commit: UNKNOWN, date: UNKNOWN };
}
