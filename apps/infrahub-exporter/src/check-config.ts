import { isMetricsPath, type Problem, type Secret } from '@device-exporters/exporter';
import type { Config } from './config.ts';
import { InvalidPathError, parsePaths } from './discovery/field-path.ts';
import { labelNameOf } from './discovery/label-names.ts';
import { ownNamesOf } from './discovery/names.ts';
import { InvalidKindError, mergeKinds } from './kinds/kind-plan.ts';
import { checkOtlp } from './otlp.ts';

/** Paths that are something else already. */
const TAKEN = /^\/(|healthz|webhook|-\/.*|sd(\/.*)?)$/;

/** What no single setting can tell. */
export function checkConfig(config: Config): Problem[] {
  return [
    ...checkAccess(config),
    ...checkServing(config),
    ...checkKinds(config),
    ...checkQueries(config),
    ...checkOtlp(config),
  ];
}

function problem(key: string, message: string): Problem {
  return { source: '', key, message };
}

function checkAccess({ infrahub: { token, username, password, tls } }: Config): Problem[] {
  const problems: Problem[] = [];
  if ((token === null && username === null) || isEmpty(token)) {
    problems.push(
      problem(
        'infrahub.token',
        'is missing (also: variable INFRAHUB_SIDECAR_INFRAHUB__TOKEN, or a username and a password)',
      ),
    );
  }
  if (token !== null && username !== null)
    problems.push(problem('infrahub.username', 'there is a token as well; give one of the two'));
  if ((username === null) !== (password === null)) {
    problems.push(problem('infrahub.password', 'a username and a password belong together'));
  }
  if ((tls.cert_file === null) !== (tls.key_file === null)) {
    problems.push(problem('infrahub.tls.key_file', 'a client certificate and its key belong together'));
  }
  return problems;
}

/** Whether a secret is there, but is none: a variable or file that somebody has yet to fill. */
function isEmpty(secret: Secret | null): boolean {
  return secret?.reveal().trim() === '';
}

function checkServing({ exporters, webhook }: Config): Problem[] {
  const { metrics_path: path } = exporters.prometheus;
  const problems: Problem[] = [];
  if (!isMetricsPath(path))
    problems.push(problem('exporters.prometheus.metrics_path', 'expected a path such as /metrics'));
  else if (TAKEN.test(path))
    problems.push(problem('exporters.prometheus.metrics_path', `${path} is something else already`));
  if (webhook.enabled && (webhook.secret === null || isEmpty(webhook.secret))) {
    problems.push(problem('webhook.secret_file', 'is missing: a webhook that everybody can call is none'));
  }
  return problems;
}

function checkKinds({ metrics }: Config): Problem[] {
  // Missing names are problems already.
  const listed = metrics.kind.map((entry, index) => ({ ...entry, index })).filter(({ kind }) => Boolean(kind));
  const problems: Problem[] = [];
  const good: typeof listed = [];
  for (const entry of listed) {
    try {
      mergeKinds([...good, entry]);
      good.push(entry);
    } catch (error) {
      if (!(error instanceof InvalidKindError)) throw error;
      problems.push(problem(`metrics.kind[${entry.index}]`, error.message));
    }
  }
  return problems;
}

function checkQueries({ service_discovery: { enabled, queries } }: Config): Problem[] {
  if (!enabled) return [];
  const complete = queries.map((query, index) => ({ query, key: `service_discovery.queries[${index}]` }));
  const taken = new Map<string, string>();
  return complete.flatMap(({ query, key }) => {
    const problems: Problem[] = [];
    if (!query.file_path) return problems;
    for (const name of ownNamesOf(query)) {
      const other = taken.get(name);
      if (other !== undefined)
        problems.push(problem(key, `/sd/${name} is what ${other} answers already; give it a name`));
      else taken.set(name, key);
    }
    const { target_field, target_fallbacks, port_field, scheme_field, metrics_path_field, label_mappings } = query;
    const paths = { target_field, port_field, scheme_field, metrics_path_field };
    for (const [name, path] of Object.entries(paths)) problems.push(...checkPath(`${key}.${name}`, path));
    problems.push(...target_fallbacks.flatMap((path, at) => checkPath(`${key}.target_fallbacks[${at}]`, path)));
    const labels = new Map<string, string>();
    for (const [label, path] of Object.entries(label_mappings)) {
      problems.push(...checkPath(`${key}.label_mappings.${label}`, path));
      const name = labelNameOf(label);
      const other = labels.get(name);
      if (other !== undefined)
        problems.push(problem(`${key}.label_mappings.${label}`, `is the label ${name}, as ${other} is`));
      labels.set(name, label);
    }
    return problems;
  });
}

function checkPath(key: string, path: string | null): Problem[] {
  if (path === null) return [];
  try {
    parsePaths(path);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidPathError)) throw error;
    return [problem(key, error.message)];
  }
}
