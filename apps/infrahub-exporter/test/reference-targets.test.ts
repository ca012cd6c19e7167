import { until } from '@device-exporters/exporter/testing';
import { startInfrahub } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { configFor, queryFile, startExporter } from './exporting.ts';
import { hasReference, readReference } from './reference.ts';

interface Case {
  readonly case: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly query: string;
  readonly response: unknown;
  readonly expected: unknown;
}

const cases = hasReference ? readReference<Case[]>('sd-cases.json') : [];

function sorted(groups: unknown): string[] {
  return (groups as { targets: string[]; labels: Record<string, string> }[])
    .map(({ targets, labels }) => JSON.stringify([targets, Object.entries(labels).toSorted()]))
    .toSorted();
}

describe.skipIf(!hasReference)('the shared cases of service discovery', () => {
  test.each(cases.filter(({ expected }) => Array.isArray(expected)))(
    '$case',
    async ({ config, query, response, expected }) => {
      await using infrahub = await startInfrahub();
      infrahub.faults.always({ kind: 'answer', status: 200, body: JSON.stringify(response) }, 'graphql');
      const queries = [{ ...config, file_path: queryFile(query) }];
      await using app = await startExporter(configFor(infrahub, { service_discovery: { enabled: true, queries } }));
      const answer = await until('a list', async () => {
        const got = await fetch(`${app.url}/sd/devices`);
        return got.status === 200 && got;
      });
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(sorted(await answer.json())).toEqual(sorted(expected));
    },
  );

  test('label names that Prometheus would refuse', async () => {
    const given = cases.find((one) => one.case === 'label names that Prometheus would refuse');
    await using infrahub = await startInfrahub();
    infrahub.faults.always({ kind: 'answer', status: 200, body: JSON.stringify(given?.response) }, 'graphql');
    const queries = [{ ...given?.config, file_path: queryFile(given?.query ?? '') }];
    await using app = await startExporter(configFor(infrahub, { service_discovery: { enabled: true, queries } }));
    const groups = await until('a list', async () => {
      const got = await fetch(`${app.url}/sd/devices`);
      return got.status === 200 && ((await got.json()) as { labels: object }[]);
    });
    expect(Object.keys(groups[0]?.labels ?? {})).toEqual([
      '__meta_infrahub_id',
      '__meta_infrahub_kind',
      'device_name',
      '_1st',
    ]);
    expect(app.records.filter(({ msg }) => msg === 'not a label name; it is called otherwise')).toHaveLength(2);
  });
});
