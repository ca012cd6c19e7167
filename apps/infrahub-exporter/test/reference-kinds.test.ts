import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { configFor, startExporter } from './exporting.ts';
import { hasReference, readReference } from './reference.ts';

interface Pages {
  readonly pages: readonly { request: { body: { variables: { offset: number } } }; response: { body: unknown } }[];
}

/** Answers as the reference has recorded it, whatever exactly is asked, two nodes a page. */
async function startRecorded(): Promise<string> {
  const { pages } = readReference<Pages>('query-pages.json');
  const schema = readReference<{ response: { body: unknown } }>('rest-schema.json').response.body;
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') return response.end(JSON.stringify(schema));
    const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as { variables: { offset: number } };
    const page = pages.find((one) => one.request.body.variables.offset === variables.offset);
    return response.end(JSON.stringify(page?.response.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Case {
  readonly case: string;
  readonly config: object;
  readonly expected_text?: readonly string[];
  readonly expected_labels?: readonly Readonly<Record<string, string>>[];
  readonly expected_text_escapes?: readonly string[];
}

describe.skipIf(!hasReference)('the shared cases of metrics', () => {
  const cases = hasReference ? readReference<Case[]>('metrics-cases.json') : [];
  const served = cases.filter((one) => one.expected_text !== undefined || one.expected_labels !== undefined);

  test.each(served)('$case', async ({ config, ...expected }) => {
    const url = await startRecorded();
    const settings = { infrahub: { page_size: 2 }, metrics: { kind: [config] } };
    await using app = await startExporter(configFor({ url, token: 'any' }, settings));
    const page = await app.scrapeUntil('devices', (one) => one.lines('infrahub_dcimdevice_info').length === 5);
    for (const line of expected.expected_text ?? []) expect(page.text).toContain(`${line}\n`);
    for (const text of expected.expected_text_escapes ?? []) expect(page.text).toContain(text);
    for (const labels of expected.expected_labels ?? []) {
      expect(page.lines('infrahub_dcimdevice_info', labels)).not.toHaveLength(0);
    }
  });

  test('an include that the schema does not have is reported, with the kind', async () => {
    const url = await startRecorded();
    const kind = [{ kind: 'DcimDevice', include: ['nosuch'] }];
    await using app = await startExporter(configFor({ url, token: 'any' }, { metrics: { kind } }));
    const record = await app.logged('kind cannot be read; its last series stay for a while');
    expect(record['err']).toContain('DcimDevice has no attribute or relationship nosuch');
  });

  test('an include that collides with another label is refused before anything starts', async () => {
    const include = ['id', 'hfid', 'name', 'name'];
    const kind = [{ kind: 'DcimDevice', include }];
    await expect(
      startExporter(configFor({ url: 'http://127.0.0.1:1', token: 'any' }, { metrics: { kind } })),
    ).rejects.toThrow('metrics.kind[0]: include: id is a label of every node already');
  });
});
