import type { RouteAnswer, RouteRequest } from '@device-exporters/exporter';
import type { TargetList } from './target-list.ts';

/** Answers `/sd` and what is below it. @param lists by every name that they answer to */
export function discoveryAnswer({ path, headers }: RouteRequest, lists: ReadonlyMap<string, TargetList>): RouteAnswer {
  const name = path.replace(/^\/sd\/?/, '');
  if (name === '') return index(lists);
  const list = lists.get(name);
  if (list === undefined) return { status: 404, body: `no query is called ${name}\n` };
  return list.answer(headers);
}

/** The page at `/sd`, for people. */
function index(lists: ReadonlyMap<string, TargetList>): RouteAnswer {
  const rows = [...lists].map(([name, list]) => {
    const state = list.targets === undefined ? 'no list' : `${list.targets} targets`;
    return `<li><a href="/sd/${name.split('/').map(encodeURIComponent).join('/')}">${escapeHtml(name)}</a>: ${state}</li>\n`;
  });
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Service discovery</title></head>
<body>
<h1>Service discovery</h1>
<ul>
${rows.join('')}</ul>
</body>
</html>
`;
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
