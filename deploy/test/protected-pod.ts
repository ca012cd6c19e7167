import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { type RequestOptions, request as requestOverTls } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@device-exporters/exporter/testing';
import { freePort, listens } from '../../scripts/testing/ports.ts';
import { LOGIN, WEB_CONFIG, writeCertificate } from '../../scripts/testing/web-files.ts';
import { at, type Json, type Manifest, only } from './manifests.ts';
import { layOutPod } from './pod.ts';

/** What a request was answered. */
export interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

/** The exporter of a Deployment, as its pod would run it, with the Secrets that protect its pages. */
export class ProtectedPod {
  readonly #manifests: readonly Manifest[];
  readonly #container: Json;
  readonly #secrets: Readonly<Record<string, string>>;
  /** Ports here, by those of the container. */
  readonly #ports: ReadonlyMap<Json, number>;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(
    manifests: readonly Manifest[],
    container: Json,
    secrets: Readonly<Record<string, string>>,
    ports: ReadonlyMap<Json, number>,
    child: ChildProcess,
    folder: string,
  ) {
    this.#manifests = manifests;
    this.#container = container;
    this.#secrets = secrets;
    this.#ports = ports;
    this.#child = child;
    this.#folder = folder;
  }

  /** @param manifests with one Deployment, and one ServiceMonitor */
  static async start(manifests: readonly Manifest[], webConfig = WEB_CONFIG): Promise<ProtectedPod> {
    const folder = mkdtempSync(join(tmpdir(), 'protected-'));
    const certificate = await writeCertificate(folder, 'device-exporters');
    const files = {
      'web.yml': webConfig,
      'tls.crt': certificate,
      'tls.key': readFileSync(join(folder, 'tls.key'), 'utf8'),
    };
    const deployment = only(manifests, 'Deployment');
    const { args, env, cwd } = layOutPod(deployment, nobodyThere(manifests), folder, files);
    const container = at(deployment, 'spec.template.spec.containers.0');
    const ports = new Map<Json, number>();
    for (const port of at(container, 'ports') as readonly Json[])
      ports.set(at(port, 'containerPort'), await freePort());
    const here = args.map((arg) =>
      arg.replace(/address=:(\d+)$/, (_, port: string) => `address=127.0.0.1:${ports.get(Number(port))}`),
    );
    const child = spawn(process.execPath, here, { env, cwd, stdio: 'ignore' });
    const secrets = { ...LOGIN, 'ca.crt': certificate };
    const pod = new ProtectedPod(manifests, container, secrets, ports, child, folder);
    try {
      for (const port of ports.values()) await until('the exporter', () => listens(port));
    } catch (error) {
      await pod.stop();
      throw error;
    }
    return pod;
  }

  /** Asks as a kubelet would: with no login, whoever the certificate is for. */
  probe(name: 'startupProbe' | 'livenessProbe' | 'readinessProbe'): Promise<Answer> {
    const asked = at(this.#container, `${name}.httpGet`);
    const isTls = at(asked, 'scheme') === 'HTTPS';
    const options = { port: this.#portNamed(at(asked, 'port')), path: String(at(asked, 'path')) };
    return isTls ? ask(requestOverTls, { ...options, rejectUnauthorized: false }) : ask(requestPlain, options);
  }

  /** Asks as Prometheus would that follows the ServiceMonitor; with a change of what it then does. */
  scrape(change: RequestOptions = {}): Promise<Answer> {
    const endpoint = at(only(this.#manifests, 'ServiceMonitor'), 'spec.endpoints.0');
    const secretAt = (path: string): string => this.#secrets[String(at(endpoint, `${path}.key`))] ?? '';
    const request = at(endpoint, 'scheme') === 'https' ? requestOverTls : requestPlain;
    return ask(request, {
      port: this.#portNamed(at(endpoint, 'port')),
      path: String(at(endpoint, 'path')),
      servername: String(at(endpoint, 'tlsConfig.serverName')),
      ca: secretAt('tlsConfig.ca.secret'),
      auth: `${secretAt('basicAuth.username')}:${secretAt('basicAuth.password')}`,
      ...change,
    });
  }

  /** Asks for a path of the port of the metrics, in plain. */
  askPlain(path: string): Promise<Answer> {
    return ask(requestPlain, { port: this.#portNamed('http-metrics'), path });
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }

  #portNamed(name: Json): number {
    const port = (at(this.#container, 'ports') as readonly Json[]).find((one) => at(one, 'name') === name);
    return this.#ports.get(at(port, 'containerPort')) ?? 0;
  }
}

/** The same objects, with devices where nobody is: on loopback, as no test speaks to anybody else. */
function nobodyThere(manifests: readonly Manifest[]): Manifest[] {
  return JSON.parse(JSON.stringify(manifests).replaceAll(/192\.0\.2\.\d+/g, '127.0.0.1')) as Manifest[];
}

async function ask(request: typeof requestPlain | typeof requestOverTls, options: RequestOptions): Promise<Answer> {
  const asked = request({ host: '127.0.0.1', agent: false, ...options }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  return { status: response.statusCode, text };
}
