import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import {
  type Metadata,
  Server,
  ServerCredentials,
  type sendUnaryData,
  status,
  Metadata as Trailers,
} from '@grpc/grpc-js';
import { answerWith, type ReceivedPoint, type ReceivedRequest, requestOf } from './received.ts';
import { statusWithRetryInfo } from './status-details.ts';

/** PEM texts of a collector that speaks TLS. */
export interface ReceiverTls {
  readonly cert: string;
  readonly key: string;
  /** Asks for certificates of this authority. */
  readonly clientCa?: string;
}

/** How a receiver answers. */
export interface Behaviour {
  /** A gRPC or HTTP status to refuse with. */
  refuseWith?: number | undefined;
  /** With a refusal: how long to wait before the next request, in seconds. */
  retryAfterSeconds?: number | undefined;
  /** Of each request so many points are rejected. */
  reject?: { readonly points: number; readonly message: string } | undefined;
  /** Larger requests are refused as such. Default: none is, but gRPC takes 4 MiB. */
  maxBytes?: number | undefined;
  /** Resolves when the answer may be given. */
  hold?: Promise<void> | undefined;
}

/** A collector for tests, which reads with the official definitions. */
export interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly requests: ReceivedRequest[];
  readonly behaviour: Behaviour;
  /** The latest point of this name that has these labels, among others. */
  latest(name: string, labels?: Readonly<Record<string, string>>): ReceivedPoint | undefined;
  /** The most requests that were under way at the same time. */
  readonly mostAtOnce: number;
  stop(): Promise<void>;
}

export interface ReceiverOptions {
  readonly port?: number;
  readonly tls?: ReceiverTls;
}

const DETAILS = 'grpc-status-details-bin';

class Journal {
  readonly requests: ReceivedRequest[] = [];
  readonly behaviour: Behaviour = {};
  mostAtOnce = 0;
  #underWay = 0;

  async take(body: Buffer, headers: Readonly<Record<string, string>>, tooLarge: number): Promise<number | undefined> {
    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    await this.behaviour.hold;
    this.#underWay -= 1;
    if (this.behaviour.refuseWith !== undefined) return this.behaviour.refuseWith;
    if (body.length > (this.behaviour.maxBytes ?? Number.POSITIVE_INFINITY)) return tooLarge;
    this.requests.push(requestOf(body, headers));
    return undefined;
  }
}

/** Listens for gRPC. Like a real collector it takes 4 MiB a message. */
export async function receiveGrpc({ port = 0, tls }: ReceiverOptions = {}): Promise<Receiver> {
  const journal = new Journal();
  const server = new Server();
  const asIs = (bytes: Buffer): Buffer => bytes;
  const handler = async (call: { request: Buffer; metadata: Metadata }, answer: sendUnaryData<Buffer>) => {
    const headers = Object.fromEntries(Object.entries(call.metadata.getMap()).map(([k, v]) => [k, String(v)]));
    const refusal = await journal.take(call.request, headers, status.RESOURCE_EXHAUSTED);
    if (refusal === undefined) return answer(null, answerWith(journal.behaviour.reject));
    const { retryAfterSeconds: seconds } = journal.behaviour;
    const trailers = new Trailers();
    if (seconds !== undefined) trailers.set(DETAILS, statusWithRetryInfo(refusal, { seconds, nanos: 0 }));
    answer({ code: refusal, details: 'refused by the test', metadata: trailers });
  };
  server.addService(
    {
      Export: {
        path: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
        requestStream: false,
        responseStream: false,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      },
    },
    { Export: handler },
  );
  const credentials = tls
    ? ServerCredentials.createSsl(
        tls.clientCa ? Buffer.from(tls.clientCa) : null,
        [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }],
        tls.clientCa !== undefined,
      )
    : ServerCredentials.createInsecure();
  const taken = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const stop = async (): Promise<void> => server.forceShutdown();
  return receiverOf(journal, taken, stop);
}

/** Listens for protobuf over HTTP. */
export async function receiveHttp({ port = 0, tls }: ReceiverOptions = {}): Promise<Receiver> {
  const journal = new Journal();
  const listener: Parameters<typeof createServer>[1] = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const headers = { ...(request.headers as Record<string, string>), ':path': request.url ?? '' };
    const isZipped = request.headers['content-encoding'] === 'gzip';
    response.statusCode = (await journal.take(isZipped ? gunzipSync(body) : body, headers, 413)) ?? 200;
    const { reject, retryAfterSeconds } = journal.behaviour;
    const isTaken = response.statusCode === 200;
    if (!isTaken && retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
    response.end(isTaken ? answerWith(reject) : undefined);
  };
  const server = tls
    ? createTlsServer(
        { cert: tls.cert, key: tls.key, ...(tls.clientCa && { ca: tls.clientCa, requestCert: true }) },
        listener,
      )
    : createServer(listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return receiverOf(journal, (server.address() as AddressInfo).port, stop);
}

function receiverOf(journal: Journal, port: number, stop: () => Promise<void>): Receiver {
  return {
    port,
    requests: journal.requests,
    behaviour: journal.behaviour,
    latest: (name, labels = {}) =>
      journal.requests
        .flatMap(({ points }) => points)
        .findLast((point) => {
          return point.name === name && Object.entries(labels).every(([key, value]) => point.labels[key] === value);
        }),
    get mostAtOnce() {
      return journal.mostAtOnce;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** A section `opentelemetry` that pushes to this receiver every second. */
export function pushTo({ port }: Pick<Receiver, 'port'>, more: object = {}): object {
  return { enabled: true, endpoint: `http://127.0.0.1:${port}`, interval_seconds: 1, ...more };
}
