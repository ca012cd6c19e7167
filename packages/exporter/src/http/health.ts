/** One device as `/healthz` shows it; `up` decides, the rest is for people. */
export interface DeviceHealth {
  readonly isUp: boolean;
  readonly view: Readonly<Record<string, unknown>>;
}

/** The devices of an app under the key that its `/healthz` calls them. */
export interface HealthReport {
  readonly key: string;
  readonly devices: readonly DeviceHealth[];
}

export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

/** healthy: every device is up; degraded: some; unhealthy: none. */
export function statusOf({ devices }: HealthReport): HealthStatus {
  const up = devices.filter(({ isUp }) => isUp).length;
  if (up === 0) return 'unhealthy';
  return up === devices.length ? 'healthy' : 'degraded';
}

/** The body of `/healthz`. */
export function healthBody(report: HealthReport): Record<string, unknown> {
  return { status: statusOf(report), [report.key]: report.devices.map(({ view }) => view) };
}
