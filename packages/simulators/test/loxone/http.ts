import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Miniserver } from '../../src/index.ts';
import { type Answer, parseAnswer } from './decode.ts';

export interface HttpResult {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpOptions {
  readonly secure?: boolean;
  readonly method?: string;
  readonly basic?: string;
  readonly signal?: AbortSignal;
}

/** One request on a connection of its own. */
export function http(miniserver: Miniserver, path: string, options: HttpOptions = {}): Promise<HttpResult> {
  const { secure = false, method = 'GET', basic, signal } = options;
  const headers = basic === undefined ? {} : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` };
  const target = { host: miniserver.host, path, method, headers, agent: false as const, ...(signal ? { signal } : {}) };
  return new Promise((resolve, reject) => {
    const request = secure
      ? httpsRequest({ ...target, port: miniserver.sslPort, ca: miniserver.certificatePem })
      : httpRequest({ ...target, port: miniserver.port });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.end();
  });
}

export async function getJson(miniserver: Miniserver, path: string, options: HttpOptions = {}): Promise<Answer> {
  const secure = miniserver.sslPort !== undefined;
  return parseAnswer((await http(miniserver, path, { secure, ...options })).body);
}
