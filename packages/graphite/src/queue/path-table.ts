/**
 * Paths by number, so that a queued point takes 16 bytes and not a text. A path lives as long as a point has it; its number
 * is then given to another.
 */
export class PathTable {
  readonly #ids = new Map<string, number>();
  readonly #texts: (string | undefined)[] = [];
  readonly #uses: number[] = [];
  readonly #vacant: number[] = [];

  /** How many paths there are. */
  get size(): number {
    return this.#ids.size;
  }

  /** Whether a point with this path is queued: then it needs no checking. */
  has(path: string): boolean {
    return this.#ids.has(path);
  }

  /** The number of a path, used once more. */
  use(path: string): number {
    const id = this.#ids.get(path) ?? this.#add(path);
    this.#uses[id] = (this.#uses[id] ?? 0) + 1;
    return id;
  }

  /** One use less. */
  release(id: number): void {
    const uses = (this.#uses[id] ?? 0) - 1;
    this.#uses[id] = uses;
    const text = this.#texts[id];
    if (uses > 0 || text === undefined) return;
    this.#ids.delete(text);
    this.#texts[id] = undefined;
    this.#vacant.push(id);
  }

  textOf(id: number): string {
    const text = this.#texts[id];
    if (text === undefined) throw new RangeError(`no path has the number ${id}`);
    return text;
  }

  #add(path: string): number {
    const id = this.#vacant.pop() ?? this.#texts.length;
    this.#ids.set(path, id);
    this.#texts[id] = path;
    this.#uses[id] = 0;
    return id;
  }
}
