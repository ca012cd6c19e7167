import type { Config, QueryConfig } from './config.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type KindPlan, mergeKinds } from './kinds/kind-plan.ts';

/** What a configuration wants to run, each with a key that changes when anything about it does. */
export interface Wanted {
  readonly connectionKey: string;
  readonly kinds: readonly { readonly key: string; readonly plan: KindPlan }[];
  readonly lists: readonly { readonly key: string; readonly query: QueryConfig }[];
  readonly otlpKey: string;
}

export function wantedBy(config: Config): Wanted {
  const { infrahub, metrics, exporters, poll_interval_seconds: interval, service_discovery: discovery } = config;
  const connectionKey = fingerprintOf(infrahub);
  const about = [connectionKey, interval, metrics.max_age_seconds, exporters.prometheus.enabled];
  const plans = mergeKinds(metrics.kind);
  return {
    connectionKey,
    kinds: plans.map((plan) => ({ plan, key: fingerprintOf([...about, plan]) })),
    lists: (discovery.enabled ? discovery.queries : []).map((query) => ({
      query,
      key: fingerprintOf([connectionKey, query]),
    })),
    otlpKey: fingerprintOf([exporters, plans.map(({ metricName }) => metricName)]),
  };
}
