import { DiagLogLevel, diag } from '@opentelemetry/api';

/** What a collector says of a request that it has taken, but not all of it; or taken, with a warning. */
export interface PartialSuccess {
  readonly rejectedPoints: number;
  readonly message: string;
}

/** How the SDK begins to tell of it. */
const NOTICE = 'Received Partial Success response:';

let latest: PartialSuccess | undefined;

/**
 * Listens to the SDK. It tells of partial successes in its own log alone, right before it calls back with success, so
 * that what {@link takePartialSuccess} gives in that callback belongs to that request.
 */
export function listenForPartialSuccess(): void {
  const nothing = (): void => undefined;
  const warn = (notice: string, ...details: readonly unknown[]): void => {
    if (notice === NOTICE) latest = partialSuccessOf(details[0]);
  };
  diag.setLogger(
    { verbose: nothing, debug: nothing, info: nothing, warn, error: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

/** What was told last, once. */
export function takePartialSuccess(): PartialSuccess | undefined {
  const told = latest;
  latest = undefined;
  return told;
}

function partialSuccessOf(json: unknown): PartialSuccess {
  const { rejectedDataPoints, errorMessage } = JSON.parse(String(json)) as Readonly<Record<string, unknown>>;
  return { rejectedPoints: Number(rejectedDataPoints ?? 0), message: String(errorMessage ?? '') };
}
