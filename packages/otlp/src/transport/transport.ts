import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type ExportError, toExportError } from './export-error.ts';
import { listenForPartialSuccess, type PartialSuccess, takePartialSuccess } from './partial-success.ts';

/** A way to the collector. */
export interface Transport {
  /**
   * Sends one request.
   *
   * @returns what the collector has to say of it, if anything
   * @throws {ExportError} when the collector does not have it
   * @throws the signal's reason when that fires
   */
  send(metrics: ResourceMetrics, signal: AbortSignal): Promise<PartialSuccess | undefined>;

  /** Ends the connection, whatever is under way. */
  close(): void;
}

/** What of an exporter of the SDK is used. */
export type Exporter = Pick<PushMetricExporter, 'export' | 'shutdown'>;

/** What a transport needs besides the exporter. */
export interface TransportParts {
  /** Ends connections that the exporter does not end by itself. */
  disconnect?(): void;
  /** How long the collector wants to be left alone, as it said with this failure; in milliseconds. */
  retryAfterMs?(error: Error | undefined): number | undefined;
  /** Looks out for the failure of a request that the exporter would not tell at once. Returns what ends it. */
  watch?(fail: (error: ExportError) => void): () => void;
}

/** Makes promises of an exporter's callbacks. */
export function transportOf(exporter: Exporter, { disconnect, retryAfterMs, watch }: TransportParts = {}): Transport {
  listenForPartialSuccess();
  return {
    send: (metrics, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const fail = (error: unknown): void => {
          end();
          reject(error);
        };
        const onAbort = (): void => fail(signal.reason);
        const endWatch = watch?.(fail);
        const end = (): void => {
          endWatch?.();
          signal.removeEventListener('abort', onAbort);
        };
        signal.addEventListener('abort', onAbort, { once: true });
        exporter.export(metrics, ({ code, error }) => {
          const partial = takePartialSuccess();
          end();
          // Its enum says 0 for success.
          if (code === 0) resolve(partial);
          else reject(toExportError(error, retryAfterMs?.(error)));
        });
      }),
    close() {
      disconnect?.();
      // It waits for what is under way, and nobody waits for it.
      exporter.shutdown().catch(() => undefined);
    },
  };
}
