import { merged, pairsOf } from './settings/pairs.ts';
import { type Environment, textOf } from './settings/variables.ts';

/** Who sends. */
export interface Service {
  /** `service.name`: the name of the program. */
  readonly name: string;
  /** `service.version`. */
  readonly version: string;
  /** `service.instance.id`: stable over restarts, or each one starts all series anew. */
  readonly instanceId: string;
}

/**
 * The attributes of the resource: those of the service, under those of `OTEL_RESOURCE_ATTRIBUTES`, under
 * `OTEL_SERVICE_NAME`.
 *
 * Source: OpenTelemetry resource SDK specification, "Specifying resource information via an environment variable".
 */
export function resourceAttributes(service: Service, environment: Environment): Readonly<Record<string, string>> {
  const serviceName = textOf(environment['OTEL_SERVICE_NAME']);
  return merged(
    { 'service.name': service.name, 'service.version': service.version, 'service.instance.id': service.instanceId },
    pairsOf(environment['OTEL_RESOURCE_ATTRIBUTES']),
    serviceName === undefined ? {} : { 'service.name': serviceName },
  );
}
