import { existsSync } from 'node:fs';
import { assemble } from './assemble.ts';
import { type Environment, readEnvironmentLayer } from './environment-layer.ts';
import { readFileLayer } from './file-layer.ts';
import { type FlagValues, readFlagLayer } from './flag-layer.ts';
import { overlay, type Values } from './layer.ts';
import { missingValues } from './missing.ts';
import { ConfigurationError, type Problem } from './problem.ts';
import type { ConfigOf, Schema } from './schema.ts';
import type { ConfigFile } from './yaml-file.ts';

/** Where a configuration comes from. Flags win over the environment, that over the file, that over the defaults. */
export interface ConfigSources {
  /** `--config.file`; without it, the first of {@link defaultFiles} that exists. */
  readonly file?: string | undefined;
  readonly defaultFiles: readonly string[];
  readonly environment: Environment;
  /** Values of the flags that settings name, by flag. */
  readonly flags: FlagValues;
  readonly allowUnknownKeys: boolean;
  /** Working directory. */
  readonly folder: string;
}

/** A configuration that is complete and valid. */
export interface LoadedConfig<C> {
  readonly config: C;
  /** The file it was read from, if any. */
  readonly file: string | undefined;
  readonly warnings: readonly Problem[];
}

/**
 * Reads, checks and completes a configuration.
 *
 * @param check what no single setting can tell: names that must differ, settings that need each other. It sees the
 *   configuration with all its other problems: a required value that is missing is null
 * @throws {ConfigurationError} with every problem at once
 */
export async function loadConfig<S extends Schema>(
  schema: S,
  sources: ConfigSources,
  check: (config: ConfigOf<S>, environment: Environment) => Problem[] = () => [],
): Promise<LoadedConfig<ConfigOf<S>>> {
  const path = sources.file ?? sources.defaultFiles.find((name) => existsSync(name));
  const file = path === undefined ? undefined : await readFile(path);
  const fromFile = file === undefined ? undefined : readFileLayer(file, schema);
  const fromEnvironment = readEnvironmentLayer(sources.environment, schema, sources.folder);
  const fromFlags = readFlagLayer(sources.flags, schema, sources.folder);

  const unknownKeys = fromFile?.unknownKeys ?? [];
  const problems = [...(sources.allowUnknownKeys ? [] : unknownKeys), ...(fromFile?.problems ?? [])];
  problems.push(...fromEnvironment.problems, ...fromFlags.problems);
  const values = [fromFile?.values, fromEnvironment.values, fromFlags.values].reduce<unknown>(overlay, {}) as Values;

  problems.push(...missingValues(schema, values, file));
  const config = assemble(schema, values);
  const found = check(config, sources.environment);
  problems.push(...found.map((problem) => ({ ...problem, source: problem.source || (path ?? '') })));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    config,
    file: path,
    warnings: [...(sources.allowUnknownKeys ? unknownKeys : []), ...fromEnvironment.unknownKeys],
  };
}

/** The reader of YAML is a quarter of the program; those who configure by the environment alone do without. */
async function readFile(path: string): Promise<ConfigFile> {
  const { readYamlFile } = await import('./yaml-file.ts');
  return readYamlFile(path);
}
