import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppUnderTest, startApp } from '@device-exporters/exporter/testing';
import type { SimulatedInfrahub } from '@device-exporters/simulators';
import { onTestFinished } from 'vitest';
import { infrahubExporter } from '../src/app.ts';

/** A folder that is gone after the test. */
export function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'infrahub-exporter-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A configuration that reads an Infrahub every second. */
export function configFor(
  { url, token }: Pick<SimulatedInfrahub, 'url' | 'token'>,
  { infrahub = {}, ...more }: { infrahub?: object; [key: string]: unknown } = {},
): object {
  return {
    infrahub: { address: url, token, timeout_seconds: 2, ...infrahub },
    poll_interval_seconds: 1,
    exporters: { prometheus: { enabled: true } },
    ...more,
  };
}

/** A file with a query, for as long as the test runs. */
export function queryFile(query: string, name = 'devices.gql'): string {
  const file = join(folderOfTest(), name);
  writeFileSync(file, query);
  return file;
}

/** Starts the exporter in the process of the test. */
export function startExporter(
  config: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<AppUnderTest> {
  return startApp(infrahubExporter, { config, environment });
}
