import { SeriesRegistry } from '@device-exporters/metrics';
import { createOtlpOutput, type OtlpOutput, type OtlpOutputOptions, type OtlpProtocol } from '../src/index.ts';
import { type Receiver, type ReceiverOptions, receiveGrpc, receiveHttp } from '../src/testing/index.ts';

/** A collector of each protocol. */
export const RECEIVE: Readonly<Record<OtlpProtocol, (options?: ReceiverOptions) => Promise<Receiver>>> = {
  grpc: receiveGrpc,
  http: receiveHttp,
};

/** The end of patience of a test. */
export const soon = (): AbortSignal => AbortSignal.timeout(10_000);

/** An output under its usual name, to be closed with the test. */
export function outputTo(
  receiver: Pick<Receiver, 'port'>,
  options: Partial<OtlpOutputOptions>,
): OtlpOutput & Disposable {
  const output = createOtlpOutput({
    registry: new SeriesRegistry(),
    serviceName: 'test-exporter',
    version: '1.2.3',
    instanceId: 'here',
    ...options,
    settings: { endpoint: `http://127.0.0.1:${receiver.port}`, ...options.settings },
  });
  return { ...output, [Symbol.dispose]: () => output.close() };
}

/** A registry with gauges `g{n="0"}` … of the values 0 … */
export function gauges(count: number, label = (n: number): string => String(n)): SeriesRegistry {
  const registry = new SeriesRegistry();
  const family = registry.gauge({ name: 'g', help: 'Numbers.', labels: ['n'] });
  for (let n = 0; n < count; n++) family.series({ n: label(n) }).set(n);
  return registry;
}

/** How long a test waits for what takes milliseconds on a machine with nothing else to do. */
export const PATIENCE = { timeout: 10_000 };
