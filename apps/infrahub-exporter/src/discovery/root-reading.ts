import { IdSet } from '../id-set.ts';
import type { Page, RawNode } from '../infrahub/connection.ts';
import { InfrahubError } from '../infrahub/errors.ts';
import { stringifyJson } from '../infrahub/json.ts';
import { labelValueOf } from '../infrahub/label-value.ts';
import { inSlices } from '../slices.ts';
import type { ToGroup } from './target-group.ts';

/** So many nodes are taken before others get a turn. */
const SLICE = 100;

/** The nodes of one root field, as far as they have come. */
export class RootReading {
  /** Of each group what it is sorted by, and its JSON, in one text: that of objects the garbage collector has thrice the work. */
  readonly entries: string[] = [];
  targets = 0;
  skipped = 0;
  readonly #order: number;
  readonly #kind: string;
  readonly #toGroup: ToGroup;
  readonly #seen = new IdSet();
  /** The nodes of the first page that has any, where they have no id. */
  #firstNodes: string | undefined;
  #received = 0;
  #count: number | undefined;

  constructor(order: number, kind: string, toGroup: ToGroup) {
    this.#order = order;
    this.#kind = kind;
    this.#toGroup = toGroup;
  }

  /** Takes a page. @returns whether there was anything in it that had not come before */
  async take({ nodes, count, missing }: Page): Promise<boolean> {
    this.#count ??= count;
    const before = this.#received;
    this.#received += missing;
    if (this.#repeatsFirst(nodes)) return false;
    await inSlices(nodes, SLICE, (slice) => {
      for (const node of slice) this.#takeOne(node);
    });
    return this.#received > before;
  }

  #takeOne(node: RawNode): void {
    const id = labelValueOf(node['id']);
    // Not every query asks for the id; without it nothing is known of repetitions.
    if (id !== '' && !this.#seen.add(id)) return;
    this.#received += 1;
    this.#add(node, id);
  }

  /** Nodes without an id are only known to repeat where a whole page does. */
  #repeatsFirst(nodes: readonly RawNode[]): boolean {
    const [first] = nodes;
    if (first === undefined || labelValueOf(first['id']) !== '') return false;
    const text = stringifyJson(nodes);
    const repeats = text === this.#firstNodes;
    this.#firstNodes ??= text;
    return repeats;
  }

  /** @throws {InfrahubError} when less came than there is */
  checkComplete(name: string, isPaged: boolean): void {
    if (!isPaged || this.#count === undefined || this.#received >= this.#count) return;
    throw new InfrahubError('incomplete', `${name}: ${this.#received} different nodes, of ${this.#count}`);
  }

  #add(node: RawNode, id: string): void {
    const group = this.#toGroup(node, this.#kind);
    if (group === undefined) {
      this.skipped += 1;
      return;
    }
    const key = [String(this.#order).padStart(4, '0'), id, ...group.targets];
    this.entries.push([...key, JSON.stringify(group)].join('\0'));
    this.targets += group.targets.length;
  }
}
