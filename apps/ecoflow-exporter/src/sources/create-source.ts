import type { Environment } from '@device-exporters/exporter';
import { createAccountApi } from '../cloud/account-api.ts';
import { CloudClient } from '../cloud/cloud-client.ts';
import { DeveloperApi } from '../cloud/developer-api.ts';
import { apiTypeOf } from '../config.ts';
import { installationId } from '../installation.ts';
import { createAppAccess } from './app-access.ts';
import { createBrokerSource } from './broker-source.ts';
import { createDeveloperAccess } from './developer-access.ts';
import { createRestSource } from './rest-source.ts';
import type { Source, SourceContext } from './source.ts';

/** The source that the credentials and `api_type` want. */
export function createSource(context: SourceContext, environment: Environment): Source {
  const { config, metrics, clock, log } = context;
  const client = new CloudClient({
    timeoutMs: config.http_timeout * 1000,
    retries: config.http_retries,
    retryDelayMs: config.http_backoff_factor * 1000,
    clock,
    observe(endpoint, isGood, seconds) {
      metrics.httpRequestDuration.observe({ endpoint }, seconds);
      metrics.httpRequests.series({ endpoint, status: isGood ? 'success' : 'error' }).add();
    },
  });
  const host = config.api_host ?? undefined;
  const type = apiTypeOf(config);
  const closing = (source: Source): Source => ({
    async run(signal) {
      await source.run(signal);
      client.close();
    },
  });
  if (type === 'rest' || type === 'open-mqtt') {
    // Blanks come along when keys are pasted.
    const accessKey = config.access_key?.reveal().trim() ?? '';
    const keys = { accessKey, secretKey: config.secret_key?.reveal().trim() ?? '' };
    const api = new DeveloperApi({ client, keys, host, clock, log });
    if (type === 'rest') return closing(createRestSource(context, api));
    const id = installationId(config.state_dir, accessKey, environment, log);
    return closing({
      run: (signal) =>
        createBrokerSource(context, createDeveloperAccess(context, { api, accessKey, installationId: id, signal })).run(
          signal,
        ),
    });
  }
  const email = config.account_user ?? '';
  const access = createAppAccess(context, {
    api: createAccountApi(client, host),
    email,
    password: config.account_password?.reveal() ?? '',
    installationId: installationId(config.state_dir, email, environment, log),
    asks: type === 'device',
  });
  return closing(createBrokerSource(context, access));
}
