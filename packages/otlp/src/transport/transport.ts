import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { toExportError } from './export-error.ts';

/** A way to the collector. */
export interface Transport {
  /**
   * Sends one request.
   *
   * @throws {ExportError} when the collector does not have it
   * @throws the signal's reason when that fires
   */
  send(metrics: ResourceMetrics, signal: AbortSignal): Promise<void>;

  /** Ends the connection, whatever is under way. */
  close(): void;
}

/** What of an exporter of the SDK is used. */
export type Exporter = Pick<PushMetricExporter, 'export' | 'shutdown'>;

/** Makes promises of an exporter's callbacks. */
export function transportOf(exporter: Exporter, disconnect: () => void = () => undefined): Transport {
  return {
    send: (metrics, signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => reject(signal.reason);
        if (signal.aborted) return onAbort();
        signal.addEventListener('abort', onAbort, { once: true });
        exporter.export(metrics, ({ code, error }) => {
          signal.removeEventListener('abort', onAbort);
          // Its enum says 0 for success.
          if (code === 0) resolve();
          else reject(toExportError(error));
        });
      }),
    close() {
      disconnect();
      // It waits for what is under way, and nobody waits for it.
      exporter.shutdown().catch(() => undefined);
    },
  };
}
