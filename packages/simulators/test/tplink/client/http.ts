import { Agent, type OutgoingHttpHeaders, request } from 'node:http';

/** What came back. */
export interface HttpReply {
  readonly status: number;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Where a device is. */
export interface Address {
  readonly host: string;
  readonly httpPort: number;
}

/** A client's one connection to a device. */
export class HttpClient {
  readonly #address: Address;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  /** The session's cookie as it is to be sent back. */
  cookie: string | undefined;

  constructor(address: Address) {
    this.#address = address;
  }

  /** POSTs the body, and keeps the cookie of the answer without its TIMEOUT. */
  async post(path: string, body: Uint8Array | string, headers: OutgoingHttpHeaders = {}): Promise<HttpReply> {
    const reply = await send({
      address: this.#address,
      path,
      body: Buffer.from(body),
      agent: this.#agent,
      headers: { ...(this.cookie === undefined ? {} : { Cookie: this.cookie }), ...headers },
    });
    const [cookie] = [reply.headers['set-cookie'] ?? []].flat();
    if (cookie !== undefined) this.cookie = cookie.split(';')[0];
    return reply;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** One request with everything at will. */
export function send(options: {
  readonly address: Address;
  readonly path: string;
  readonly body?: Buffer;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly agent?: Agent;
}): Promise<HttpReply> {
  const { address, path, body = Buffer.alloc(0), method = 'POST', headers = {}, agent } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request({
      ...{ host: address.host, port: address.httpPort, path, method },
      headers: { 'Content-Length': body.length, ...headers },
      ...(agent === undefined ? {} : { agent }),
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks), headers: incoming.headers }),
      );
    });
    outgoing.end(body);
  });
}
