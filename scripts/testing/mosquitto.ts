import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loopbackIdentity } from '@device-exporters/simulators';
import { freePort, listens } from './ports.ts';

const PROGRAMS = { broker: 'mosquitto', passwords: 'mosquitto_passwd', publish: 'mosquitto_pub' };

/** A real broker on loopback that speaks TLS. */
export interface RealBroker extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** What vouches for its certificate. */
  readonly caFile: string;
  /** Publishes as the account that may. */
  publish(topic: string, payload: string): void;
  /** Ends the process. */
  quit(): Promise<void>;
  start(): Promise<void>;
}

/** Starts `mosquitto` with one account. */
export async function startRealBroker(username: string, password: string): Promise<RealBroker> {
  const directory = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const [host, port] = ['127.0.0.1', await freePort()];
  const { certificatePem, privateKeyPem } = await loopbackIdentity();
  const files = {
    ca: join(directory, 'ca.crt'),
    key: join(directory, 'key.pem'),
    passwords: join(directory, 'passwords'),
  };
  writeFileSync(files.ca, certificatePem);
  writeFileSync(files.key, privateKeyPem, { mode: 0o600 });
  writeFileSync(files.passwords, '', { mode: 0o600 });
  spawnSync(PROGRAMS.passwords, ['-b', files.passwords, username, password]);
  const lines = [
    'persistence false',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    'allow_anonymous false',
    `password_file ${files.passwords}`,
    `listener ${port} ${host}`,
    `certfile ${files.ca}`,
    `keyfile ${files.key}`,
  ];
  const config = join(directory, 'mosquitto.conf');
  writeFileSync(config, `${lines.join('\n')}\n`);
  let child: ReturnType<typeof spawn> | undefined;
  const start = async (): Promise<void> => {
    child = spawn(PROGRAMS.broker, ['-c', config], { stdio: 'ignore' });
    while (!(await listens(port))) {
      if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
      await delay(20);
    }
  };
  const quit = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    const exited = once(ending, 'exit');
    ending.kill('SIGTERM');
    await exited;
  };
  await start();
  return {
    host,
    port,
    caFile: files.ca,
    publish(topic, payload) {
      const account = ['-u', username, '-P', password];
      const peer = ['-h', host, '-p', `${port}`, '--cafile', files.ca];
      spawnSync(PROGRAMS.publish, [...peer, ...account, '-q', '1', '-t', topic, '-m', payload]);
    },
    quit,
    start,
    async [Symbol.asyncDispose]() {
      await quit();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
