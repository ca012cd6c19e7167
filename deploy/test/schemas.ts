import { pathToFileURL } from 'node:url';
import type { Manifest } from './manifests.ts';
import { DEPLOY } from './programs.ts';
import { problemsOf, type Validator } from './strict.ts';

const KUBERNETES = 'kubernetes-models/_schemas/IoK8sApi';
const OPERATOR =
  '@kubernetes-models/prometheus-operator/_schemas/ComGithubPrometheusOperatorPrometheusOperatorPkgApisMonitoring';

/** Where the validator of a kind is, made from the OpenAPI document of Kubernetes or a CRD of the Prometheus operator: by path, as not both packages name it. */
const MODULES: Readonly<Record<string, string>> = {
  'v1 ConfigMap': `${KUBERNETES}CoreV1ConfigMap`,
  'v1 PersistentVolumeClaim': `${KUBERNETES}CoreV1PersistentVolumeClaim`,
  'v1 Secret': `${KUBERNETES}CoreV1Secret`,
  'v1 Namespace': `${KUBERNETES}CoreV1Namespace`,
  'v1 Service': `${KUBERNETES}CoreV1Service`,
  'v1 ServiceAccount': `${KUBERNETES}CoreV1ServiceAccount`,
  'apps/v1 Deployment': `${KUBERNETES}AppsV1Deployment`,
  'networking.k8s.io/v1 NetworkPolicy': `${KUBERNETES}NetworkingV1NetworkPolicy`,
  'policy/v1 PodDisruptionBudget': `${KUBERNETES}PolicyV1PodDisruptionBudget`,
  'monitoring.coreos.com/v1 ServiceMonitor': `${OPERATOR}V1ServiceMonitor`,
  'monitoring.coreos.com/v1alpha1 ScrapeConfig': `${OPERATOR}V1alpha1ScrapeConfig`,
};

/** What the schemas have against objects, unknown fields included: `Deployment loxone-exporter /spec/x: unknown field`. */
export async function schemaProblems(manifests: readonly Manifest[]): Promise<string[]> {
  const problems: string[] = [];
  for (const manifest of manifests) {
    const validate = await validatorOf(manifest);
    problems.push(
      ...problemsOf(manifest, validate).map((text) => `${manifest.kind} ${manifest.metadata.name} ${text}`),
    );
  }
  return problems;
}

async function validatorOf({ apiVersion, kind }: Manifest): Promise<Validator> {
  const module = MODULES[`${apiVersion} ${kind}`];
  if (module === undefined) throw new Error(`there is no schema for ${kind} of ${apiVersion}`);
  const { validate }: { readonly validate: Validator } = await import(
    pathToFileURL(`${DEPLOY}node_modules/${module}.js`).href
  );
  return validate;
}
