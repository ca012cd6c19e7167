import { readFileLayer } from '../config/file-layer.ts';
import { ConfigurationError, type Problem } from '../config/problem.ts';
import { Secret } from '../config/secret.ts';
import { type ConfigFile, readYamlFile } from '../config/yaml-file.ts';
import { parseDuration } from './duration.ts';
import { HEADERS, webSchema } from './schema.ts';
import { type Section, sectionOf } from './section.ts';
import { readTls } from './tls-section.ts';
import type { RateLimit, WebConfig } from './web-config.ts';

/** Version, cost from 4 to 31, 22 characters of salt and 31 of hash. */
const BCRYPT = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

/**
 * Reads the file of `--web.config.file`, in the format of the Prometheus exporters (exporter-toolkit), with the
 * certificates that it names. Relative paths start from its folder.
 *
 * @throws {ConfigurationError} with every problem at once
 */
export function readWebConfig(path: string): WebConfig {
  const file = readYamlFile(path);
  const problems: Problem[] = [];
  const { content, users } = withoutBrokenUsers(file, problems);
  const layer = readFileLayer({ ...file, content }, webSchema(users));
  problems.push(...layer.unknownKeys, ...layer.problems);
  const section = (name: string): Section => sectionOf(file, name, layer.values, problems);
  const files = [path];
  const config = {
    path,
    files,
    tls: readTls(section('tls_server_config'), files),
    headers: readHeaders(section('http_server_config')),
    users: readUsers(section('basic_auth_users')),
    rateLimit: readRateLimit(section('rate_limit')),
  };
  if (problems.length > 0) throw new ConfigurationError(problems);
  return config;
}

/** Users in a form that is none are reported without what stands there: it may be a password. */
function withoutBrokenUsers(file: ConfigFile, problems: Problem[]) {
  const { basic_auth_users: raw = null, ...rest } = file.content;
  if (raw === null) return { content: rest, users: [] };
  if (typeof raw === 'object' && !Array.isArray(raw)) return { content: file.content, users: Object.keys(raw) };
  const key = 'basic_auth_users';
  problems.push({ source: file.placeOf([key]), key, message: 'expected a section of names and bcrypt hashes' });
  return { content: rest, users: [] };
}

function readHeaders({ values, report }: Section): Record<string, string> {
  const headers = (values['headers'] ?? {}) as Record<string, unknown>;
  const entries = Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  for (const [name, value] of entries) {
    const allowed = HEADERS[name];
    if (allowed?.includes(value) === false)
      report(['headers', name], `expected ${allowed.join(' or ')}, found ${JSON.stringify(value)}`);
    else if (!/^[\t\x20-\x7e]*$/.test(value)) report(['headers', name], 'expected printable ASCII characters');
  }
  return Object.fromEntries(entries);
}

function readUsers({ values, report }: Section): Map<string, Secret> {
  const users = new Map<string, Secret>();
  for (const [name, hash] of Object.entries(values)) {
    if (typeof hash !== 'string' || !BCRYPT.test(hash)) report(name, 'expected a bcrypt hash, $2a$, $2b$ or $2y$');
    else users.set(name, new Secret(hash));
  }
  return users;
}

function readRateLimit({ values, report }: Section): RateLimit | undefined {
  const { interval, burst = 1 } = values;
  const intervalMs = parseDuration(String(interval ?? 0));
  if (intervalMs === undefined)
    report('interval', `expected a duration such as 500ms, 1s or 1m30s, found ${JSON.stringify(interval)}`);
  return intervalMs ? { intervalMs, burst: burst as number } : undefined;
}
