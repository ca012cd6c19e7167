import type { BuildInfo } from '../life/build-info.ts';
import { type HealthReport, statusOf } from './health.ts';

/** What the page at `/` shows. */
export interface LandingPage {
  readonly title: string;
  readonly description: string;
  readonly build: BuildInfo;
  readonly metricsPath: string;
  readonly report: HealthReport;
}

/** The page at `/`: what this is, how it is, where to go on. No script, nothing from elsewhere. */
export function landingPage({ title, description, build, metricsPath, report }: LandingPage): string {
  const up = report.devices.filter(({ isUp }) => isUp).length;
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
<p>${escapeHtml(report.key)}: ${up} of ${report.devices.length} up (${statusOf(report)})</p>
<ul>
<li><a href="${escapeHtml(metricsPath)}">Metrics</a></li>
<li><a href="/healthz">Health of the devices</a></li>
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
