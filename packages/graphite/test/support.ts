import {
  createGraphiteOutput,
  type GraphiteOutput,
  type GraphiteOutputOptions,
  type GraphitePoint,
} from '../src/index.ts';

/** `count` points of one path, value and second rising from `first`. */
export function numbered(count: number, first = 0, path = 'a.b'): GraphitePoint[] {
  return Array.from({ length: count }, (_, index) => ({
    path,
    value: first + index,
    timestampSeconds: 1_700_000_000 + first + index,
  }));
}

/** An output that waits for nothing long. */
export function outputTo(
  { host, port }: { readonly host: string; readonly port: number },
  options: Partial<GraphiteOutputOptions> = {},
): GraphiteOutput {
  return createGraphiteOutput({
    host,
    port,
    timeoutMs: 500,
    collectMs: 5,
    backoff: { initialMs: 10, maxMs: 50 },
    ...options,
  });
}

/** Runs an output until disposed of. */
export function running(output: GraphiteOutput): AsyncDisposable & { stop(): Promise<void> } {
  const controller = new AbortController();
  const ended = output.run(controller.signal);
  const stop = async (): Promise<void> => {
    controller.abort(new Error('the test is over'));
    await ended;
  };
  return { stop, [Symbol.asyncDispose]: stop };
}
