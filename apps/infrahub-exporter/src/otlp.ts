import type { Log } from '@device-exporters/exporter';
import type { SeriesRegistry } from '@device-exporters/metrics';
import type { Clock } from '@device-exporters/retry';
import type { Config } from './config.ts';

/** What goes to a collector. */
export interface OtlpExport {
  readonly config: Config['exporters']['otlp'];
  /** Where the nodes' series are. */
  readonly registry: SeriesRegistry;
  /** The families to send: those of the kinds, not those of this program. */
  readonly names: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Sends the nodes to an OpenTelemetry collector until the signal fires, and once more before it resolves. Rejects never.
 *
 * This is the place, and the only one, where the package for OTLP is to be plugged in; until then a configuration that
 * asks for it is told so.
 */
export async function exportOverOtlp({ config, log }: OtlpExport, _signal: AbortSignal): Promise<void> {
  if (!config.enabled) return;
  log.error({ endpoint: config.endpoint }, 'exporters.otlp is not built yet: nothing is sent');
}
