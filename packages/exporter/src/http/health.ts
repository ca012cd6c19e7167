/** One device as `/healthz` shows it; `up` decides, the rest is for people. */
export interface DeviceHealth {
  readonly isUp: boolean;
  readonly view: Readonly<Record<string, unknown>>;
}

/** The devices of an app under the key that its `/healthz` calls them. */
export interface HealthReport {
  readonly key: string;
  readonly devices: readonly DeviceHealth[];
  /** What else it follows, under keys of their own; counts like devices. */
  readonly others?: readonly HealthReport[];
}

export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

/** A report and those within it. */
export function withOthers(report: HealthReport): HealthReport[] {
  return [report, ...(report.others ?? []).flatMap(withOthers)];
}

/** healthy: every device is up; degraded: some; unhealthy: none. */
export function statusOf(report: HealthReport): HealthStatus {
  const devices = withOthers(report).flatMap((part) => part.devices);
  const up = devices.filter(({ isUp }) => isUp).length;
  if (up === 0) return 'unhealthy';
  return up === devices.length ? 'healthy' : 'degraded';
}

/** The body of `/healthz`. */
export function healthBody(report: HealthReport): Record<string, unknown> {
  const lists = withOthers(report).map(({ key, devices }) => [key, devices.map(({ view }) => view)] as const);
  return { status: statusOf(report), ...Object.fromEntries(lists) };
}
