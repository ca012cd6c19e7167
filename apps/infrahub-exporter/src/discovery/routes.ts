import { nearest, type RouteAnswer, type RouteRequest } from '@device-exporters/exporter';
import { indexPage } from './index-page.ts';
import type { TargetList } from './target-list.ts';

/** Answers `/sd` and what is below it. @param lists by every name that they answer to */
export function discoveryAnswer({ path, headers }: RouteRequest, lists: ReadonlyMap<string, TargetList>): RouteAnswer {
  const given = path.replace(/^\/sd\/?/, '');
  const name = lists.has(given) ? given : given.replace(/\/+$/, '');
  if (name === '') {
    return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: indexPage(lists) };
  }
  const list = lists.get(name);
  if (list !== undefined) return list.answer(headers);
  const near = nearest(name, [...lists.keys()]);
  const hint = near === undefined ? '' : `; did you mean /sd/${near}?`;
  return { status: 404, body: `no query is called ${name}${hint}\n` };
}
