import { ProtocolError } from '../device-error.ts';
import { numberAt, recordsAt, textAt } from '../exchange/fields.ts';
import type { JsonRecord } from '../exchange/json-record.ts';
import type { SmartAsking } from './asking.ts';

/** The largest hub has 64. */
const MOST_CHILDREN = 256;

/**
 * A list that comes in pages of about ten, by `device_id`: asked for until all that it says there are have come, or a
 * page brings nothing new. What has no id cannot be told from the device itself and is left out.
 *
 * @returns undefined when the device has no such list
 * @throws {ProtocolError} when there are more than any device has
 */
export async function askWholeList(
  asking: SmartAsking,
  { method, list }: { readonly method: string; readonly list: string },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, JsonRecord> | undefined> {
  const entries = new Map<string, JsonRecord>();
  for (let asked = 0; ; ) {
    const answer = (await asking.ask([{ method, params: { start_index: asked } }], signal)).get(method);
    if (answer === undefined) return asked === 0 ? undefined : entries;
    const page = recordsAt(answer, list);
    const before = entries.size;
    for (const entry of page) entries.set(textAt(entry, 'device_id'), entry);
    entries.delete('');
    if (entries.size > MOST_CHILDREN) {
      throw new ProtocolError(`${method}: expected at most ${MOST_CHILDREN} children, found more`);
    }
    asked += page.length;
    if (entries.size === before || asked >= (numberAt(answer, 'sum') ?? 0)) return entries;
  }
}
