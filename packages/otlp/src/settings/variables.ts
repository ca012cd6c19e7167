/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable of the OTLP exporter: the one for metrics, else the one for all signals. Empty counts as unset. */
export function otlpVariable(environment: Environment, name: string): string | undefined {
  return textOf(environment[`OTEL_EXPORTER_OTLP_METRICS_${name}`]) ?? textOf(environment[`OTEL_EXPORTER_OTLP_${name}`]);
}

/** The first of these variables that holds a positive number of milliseconds. */
export function millisecondsOf(environment: Environment, names: readonly string[]): number | undefined {
  return names.map((name) => Number(textOf(environment[name]))).find((ms) => ms > 0 && Number.isFinite(ms));
}

/** The text of a variable without the blanks around it; undefined when nothing is left. */
export function textOf(value: string | undefined): string | undefined {
  return value?.trim() || undefined;
}

/** Whether the user wants nothing of OpenTelemetry, whatever else is set. */
export function isSdkDisabled(environment: Environment): boolean {
  return textOf(environment['OTEL_SDK_DISABLED'])?.toLowerCase() === 'true';
}
