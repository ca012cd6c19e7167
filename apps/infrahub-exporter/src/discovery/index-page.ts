/** What the page of all lists shows of one. */
export interface TargetListView {
  readonly name: string;
  readonly intervalSeconds: number;
  /** Undefined while there is no list. */
  readonly targets: number | undefined;
  readonly skipped: number | undefined;
  readonly bytes: number | undefined;
  /** Since the latest refresh that succeeded. */
  readonly ageSeconds: number | undefined;
  readonly state: string;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.3rem 1.2rem .3rem 0;border-bottom:1px solid #8886}
td.number,th.number{text-align:right}td.number,td.age{white-space:nowrap}`;

/** The page at `/sd`, for people. @param lists by every name that they answer to */
export function indexPage(lists: ReadonlyMap<string, { readonly view: TargetListView }>): string {
  const rows = [...Map.groupBy(lists, ([, list]) => list)].map(([{ view }, entries]) => {
    const others = entries.map(([name]) => name).filter((name) => name !== view.name);
    return { name: view.name, html: rowOf(view, [view.name, ...others]) };
  });
  rows.sort((a, b) => a.name.localeCompare(b.name));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Service discovery</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Service discovery</h1>
${rows.length === 0 ? '<p>No queries are configured.</p>' : tableOf(rows.map(({ html }) => html))}
<p><a href="/">Overview</a></p>
</body>
</html>
`;
}

function tableOf(rows: readonly string[]): string {
  return `<table>
<tr><th>Query</th><th>Served at</th><th class="number">Targets</th><th class="number">Without target</th><th class="number">Size</th><th>Read</th><th>State</th></tr>
${rows.join('')}</table>`;
}

function rowOf(view: TargetListView, names: readonly string[]): string {
  const { name, targets, skipped, bytes, ageSeconds, intervalSeconds, state } = view;
  const links = names.map(
    (one) => `<a href="/sd/${one.split('/').map(encodeURIComponent).join('/')}">/sd/${escapeHtml(one)}</a>`,
  );
  const age = ageSeconds === undefined ? 'never' : `${durationOf(ageSeconds)} ago`;
  const cells = [
    `<td>${escapeHtml(name)}</td>`,
    `<td>${links.join('<br>')}</td>`,
    `<td class="number">${targets ?? 'no list'}</td>`,
    `<td class="number">${skipped ?? ''}</td>`,
    `<td class="number">${bytes === undefined ? '' : sizeOf(bytes)}</td>`,
    `<td class="age">${age}, every ${durationOf(intervalSeconds)}</td>`,
    `<td>${escapeHtml(state)}</td>`,
  ];
  return `<tr>${cells.join('')}</tr>\n`;
}

function durationOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${whole} s`;
  return whole < 7_200 ? `${Math.round(whole / 60)} min` : `${Math.round(whole / 3600)} h`;
}

function sizeOf(bytes: number): string {
  if (bytes < 10_000) return `${bytes} B`;
  return bytes < 10_000_000 ? `${Math.round(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
