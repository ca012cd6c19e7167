import { startApp } from '@device-exporters/exporter/testing';
import { loxoneExporter } from '../src/app.ts';
import type { Config } from '../src/config.ts';

/** Where a configuration comes from. */
export interface ConfigSource {
  /** Path of a file. */
  readonly file?: string;
  /** The same as an object. */
  readonly config?: object;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * The configuration as the exporter gets it, through the real loader. Nothing is followed.
 *
 * @throws {Error} with every problem, one a line
 */
export async function loadedConfig({ file, ...source }: ConfigSource): Promise<Config> {
  const loaded: Config[] = [];
  const start: typeof loxoneExporter.start = ({ config }) => {
    loaded.push(config);
    const finished = Promise.resolve();
    return { health: () => ({ key: 'miniservers', devices: [] }), reload: () => undefined, finished };
  };
  const args = file === undefined ? [] : [`--config.file=${file}`];
  await using _app = await startApp({ ...loxoneExporter, start }, { ...source, args });
  const [config] = loaded;
  if (config === undefined) throw new Error('the exporter has not started');
  return config;
}
