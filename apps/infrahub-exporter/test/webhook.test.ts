import { writeFileSync } from 'node:fs';
import { startInfrahub } from '@device-exporters/simulators';
import { expect, test } from 'vitest';
import { configFor, queryFile, startExporter } from './exporting.ts';

function post(url: string, secret?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(secret !== undefined && { 'x-webhook-secret': secret }) };
  return fetch(`${url}/webhook`, { method: 'POST', headers, body: JSON.stringify({ event: 'infrahub.node.updated' }) });
}

test('a webhook with the secret makes everything be read anew, once for many', async () => {
  await using infrahub = await startInfrahub();
  const query = {
    file_path: queryFile('query { DcimDevice { edges { node { name { value } } } } }'),
    target_field: 'name.value',
  };
  const config = configFor(infrahub, {
    metrics: { kind: [{ kind: 'DcimDevice', include: ['name'] }] },
    service_discovery: { enabled: true, queries: [query] },
    webhook: { enabled: true, secret_file: queryFile('hush\n', 'secret') },
  });
  await using app = await startExporter({ ...config, poll_interval_seconds: 3600 });
  await app.scrapeUntil('all', (page) => page.value('infrahub_nodes') === 5 && page.value('infrahub_sd_targets') === 5);
  const before = infrahub.ledger.queriesOf('DcimDevice').length;
  infrahub.branch().remove(['device-1']);
  for (let count = 0; count < 5; count++) expect((await post(app.url, 'hush')).status).toBe(202);
  await app.scrapeUntil(
    'one less',
    (page) => page.value('infrahub_nodes') === 4 && page.value('infrahub_sd_targets') === 4,
  );
  expect(infrahub.ledger.queriesOf('DcimDevice').length).toBe(before + 2);
});

test('a webhook without the secret, or with another one, is refused', async () => {
  await using infrahub = await startInfrahub();
  const webhook = { enabled: true, secret: 'hush' };
  await using app = await startExporter(configFor(infrahub, { webhook }));
  expect((await post(app.url)).status).toBe(401);
  expect((await post(app.url, 'hush!')).status).toBe(401);
  expect((await fetch(`${app.url}/webhook`)).status).toBe(405);
});

test('there is no webhook unless it is enabled, and none without a secret', async () => {
  await using infrahub = await startInfrahub();
  await using app = await startExporter(configFor(infrahub));
  expect((await post(app.url, 'hush')).status).toBe(404);
  await expect(startExporter(configFor(infrahub, { webhook: { enabled: true } }))).rejects.toThrow(
    'webhook.secret_file',
  );
});

test('an empty header opens nothing, not even while the file of the secret is empty', async () => {
  await using infrahub = await startInfrahub();
  const secret_file = queryFile('hush\n', 'secret');
  await using app = await startExporter(configFor(infrahub, { webhook: { enabled: true, secret_file } }));
  writeFileSync(secret_file, '');
  expect((await post(app.url, '')).status).toBe(401);
});

test('what a webhook has asked for is read although the configuration changes meanwhile', async () => {
  await using infrahub = await startInfrahub();
  const configOf = (secret: string) => ({
    ...configFor(infrahub, { metrics: { kind: [{ kind: 'DcimDevice' }] }, webhook: { enabled: true, secret } }),
    poll_interval_seconds: 3600,
  });
  await using app = await startExporter(configOf('hush'));
  await app.scrapeUntil('devices', (page) => page.value('infrahub_nodes') === 5);
  expect((await post(app.url, 'hush')).status).toBe(202);
  await app.reload(configOf('other'));
  await infrahub.ledger.until((ledger) => ledger.queriesOf('DcimDevice').length === 2);
});
