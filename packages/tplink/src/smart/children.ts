import { numberAt, recordsAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { SmartAsking } from './asking.ts';

/** No device has more; a list that never ends is none. */
const MAX_PAGES = 50;

/** A list that comes in pages of about ten: asked for until all that it says there are have come. */
export async function askWholeList(
  asking: SmartAsking,
  method: string,
  list: string,
  signal: AbortSignal,
): Promise<readonly JsonRecord[]> {
  const entries: JsonRecord[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const answers = await asking.ask([{ method, params: { start_index: entries.length } }], signal);
    const answer = answers.get(method) ?? {};
    const some = recordsAt(answer, list);
    entries.push(...some);
    if (some.length === 0 || entries.length >= (numberAt(answer, 'sum') ?? 0)) break;
  }
  return entries;
}
