import type { BuildInfo } from '../life/build-info.ts';
import type { AppRoute } from './app-routes.ts';
import { type HealthReport, statusOf, withOthers } from './health.ts';

/** What the page at `/` shows. */
export interface LandingPage {
  readonly title: string;
  readonly description: string;
  readonly build: BuildInfo;
  readonly metricsPath: string;
  readonly report: HealthReport;
  /** The app's own pages; those with a title are linked. */
  readonly links: readonly AppRoute[];
}

/** The page at `/`: what this is, how it is, where to go on. No script, nothing from elsewhere. */
export function landingPage({ title, description, build, metricsPath, report, links }: LandingPage): string {
  const counts = withOthers(report).map(({ key, devices }) => {
    const up = devices.filter(({ isUp }) => isUp).length;
    return `${escapeHtml(key)}: ${up} of ${devices.length} up`;
  });
  const own = links.flatMap(({ path, title: name }) =>
    name === undefined ? [] : [`<li><a href="${escapeHtml(path)}">${escapeHtml(name)}</a></li>\n`],
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(description)}</p>
<p>${counts.join(', ')} (${statusOf(report)})</p>
<ul>
<li><a href="${escapeHtml(metricsPath)}">Metrics</a></li>
${own.join('')}<li><a href="/healthz">Health of the devices</a></li>
<li><a href="/-/ready">Readiness</a></li>
</ul>
<p>Version ${escapeHtml(build.version)} (${escapeHtml(build.commit)})</p>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
