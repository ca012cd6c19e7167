/**
 * The generated tables of the READMEs: `pnpm docs:tables` writes them, a test checks that they are up to date.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Schema } from '@device-exporters/exporter';
import { flagsTable, metricsTable, replaceSection, settingsTable } from '@device-exporters/exporter/docs';
import type { SeriesRegistry } from '@device-exporters/metrics';

const ROOT = new URL('..', import.meta.url);

/** What every app's `app.ts`, `config.ts` and `metrics.ts` offer. */
interface AppModules {
  readonly schema: Schema;
  declareMetrics(registry: SeriesRegistry): unknown;
  /** Families that exist only where something is switched on. */
  declareOptionalMetrics?(registry: SeriesRegistry): unknown;
}

/** The README of each app, as it is and as its code wants it. */
export async function appReadmes(): Promise<{ path: string; found: string; wanted: string }[]> {
  const apps = readdirSync(new URL('apps', ROOT)).filter((app) => existsSync(new URL(`apps/${app}/src/main.ts`, ROOT)));
  return Promise.all(
    apps.map(async (app) => {
      const path = `apps/${app}/README.md`;
      const found = readFileSync(new URL(path, ROOT), 'utf8');
      const { schema } = (await import(new URL(`apps/${app}/src/config.ts`, ROOT).href)) as Pick<AppModules, 'schema'>;
      const { declareMetrics, declareOptionalMetrics } = (await import(
        new URL(`apps/${app}/src/metrics.ts`, ROOT).href
      )) as AppModules;
      // Names of metrics have underscores where those of programs have hyphens.
      const metrics = metricsTable(app.replaceAll('-', '_'), (registry) => {
        declareMetrics(registry);
        declareOptionalMetrics?.(registry);
      });
      const sections = { settings: settingsTable(schema), metrics, flags: flagsTable(schema) };
      const wanted = Object.entries(sections).reduce(
        (text, [name, content]) => replaceSection(text, name, content),
        found,
      );
      return { path, found, wanted };
    }),
  );
}

/** Documents beside the READMEs: a module that writes a section, and the document that it is in. */
const DOCUMENTS = [
  {
    path: 'apps/ecoflow-exporter/MAPPING.md',
    section: 'mapping',
    module: 'apps/ecoflow-exporter/src/mapping/document.ts',
  },
];

/** Those documents, as they are and as the code wants them. */
export async function otherDocuments(): Promise<{ path: string; found: string; wanted: string }[]> {
  return Promise.all(
    DOCUMENTS.map(async ({ path, section, module }) => {
      const found = readFileSync(new URL(path, ROOT), 'utf8');
      const { mappingDocument } = (await import(new URL(module, ROOT).href)) as { mappingDocument(): string };
      return { path, found, wanted: replaceSection(found, section, mappingDocument()) };
    }),
  );
}

if (import.meta.main) {
  for (const { path, wanted } of [...(await appReadmes()), ...(await otherDocuments())]) {
    writeFileSync(new URL(path, ROOT), wanted);
    console.log(`wrote the tables of ${path}`);
  }
}
