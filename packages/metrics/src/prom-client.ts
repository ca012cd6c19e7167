/// <reference path="./prom-client-registry.d.ts" />
/**
 * prom-client, as much of it as every process needs: the registry alone. The package as a whole brings histograms,
 * summaries, clusters and tracing, which cost 2 MB of memory before anybody uses them; {@link collectDefaultMetrics} loads
 * it when asked.
 */
import type { DefaultMetricsCollectorConfiguration, RegistryContentType } from 'prom-client';
import RegistryClass from 'prom-client/lib/registry.js';

export type {
  Metric,
  MetricObjectWithValues,
  MetricValue,
  OpenMetricsContentType,
  PrometheusContentType,
} from 'prom-client';

export { RegistryClass as Registry };

/** Registers the default metrics of Node.js, as prom-client knows them. */
export async function collectDefaultMetrics(
  configuration: DefaultMetricsCollectorConfiguration<RegistryContentType>,
): Promise<void> {
  const promClient = await import('prom-client');
  promClient.collectDefaultMetrics(configuration);
}
