import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { checkHealth } from './healthcheck.ts';

test('is content with 200 from /-/healthy and with nothing else', async () => {
  let status = 200;
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await checkHealth({ host: '0.0.0.0', port });
  status = 401;
  await expect(checkHealth({ host: '127.0.0.1', port })).rejects.toThrow(
    `http://127.0.0.1:${port}/-/healthy answered 401`,
  );
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await expect(checkHealth({ host: '127.0.0.1', port })).rejects.toThrow(
    `cannot reach http://127.0.0.1:${port}/-/healthy`,
  );
  expect(asked).toEqual(['/-/healthy', '/-/healthy']);
});
