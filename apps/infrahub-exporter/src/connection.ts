import { type Clock, createGate } from '@device-exporters/retry';
import type { Config } from './config.ts';
import { InfrahubClient } from './infrahub/client.ts';
import { meansDown } from './infrahub/errors.ts';
import type { RequestStats } from './infrahub/requests.ts';
import { SchemaCache } from './infrahub/schema-cache.ts';
import { createTransport } from './infrahub/transport.ts';
import type { Metrics } from './metrics.ts';

/** The way to one Infrahub, shared by everything that is read from it. */
export interface Connection {
  readonly client: InfrahubClient;
  readonly schemas: SchemaCache;
  close(): Promise<void>;
}

/** Prepares to ask an Infrahub; nothing is sent yet. */
export function connectionTo(config: Config['infrahub'], metrics: Metrics, clock: Clock): Connection {
  const transport = createTransport(config);
  const gate = createGate(config.max_concurrency);
  const client = new InfrahubClient({ config, transport, gate, stats: statsOf(metrics), clock });
  const schemas = new SchemaCache(client, config.branch, clock);
  return { client, schemas, close: () => transport.close() };
}

function statsOf(metrics: Metrics): RequestStats {
  const up = metrics.up.series();
  return {
    sent: () => metrics.requests.series().add(),
    succeeded: () => up.set(1),
    failed(reason) {
      metrics.errors.series({ reason }).add();
      if (meansDown(reason)) up.set(0);
    },
  };
}
