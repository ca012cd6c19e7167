/**
 * Finds the series that already has a given prefix, so that no exposition ever holds a series twice.
 *
 * The prefixes themselves live in their blocks; here only a 32-bit hash leads to the handles, about 40 bytes a series
 * instead of a second copy of its text.
 */
export class PrefixIndex {
  readonly #handles = new Map<number, number | number[]>();
  readonly #prefixOf: (handle: number) => string;

  /** @param prefixOf reads the prefix of a handle back */
  constructor(prefixOf: (handle: number) => string) {
    this.#prefixOf = prefixOf;
  }

  /** The handle whose series has this prefix. */
  find(prefix: string): number | undefined {
    const found = this.#handles.get(hash(prefix));
    if (found === undefined) return undefined;
    if (typeof found === 'number') return this.#matches(found, prefix) ? found : undefined;
    return found.find((handle) => this.#matches(handle, prefix));
  }

  add(prefix: string, handle: number): void {
    const key = hash(prefix);
    const found = this.#handles.get(key);
    if (found === undefined) this.#handles.set(key, handle);
    else if (typeof found === 'number') this.#handles.set(key, [found, handle]);
    else found.push(handle);
  }

  remove(prefix: string, handle: number): void {
    const key = hash(prefix);
    const found = this.#handles.get(key);
    if (found === handle) this.#handles.delete(key);
    else if (Array.isArray(found)) found.splice(found.indexOf(handle), 1);
  }

  #matches(handle: number, prefix: string): boolean {
    return this.#prefixOf(handle) === prefix;
  }
}

/** FNV-1a over UTF-16 units, 32 bits. */
function hash(prefix: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < prefix.length; at++) value = Math.imul(value ^ prefix.charCodeAt(at), 0x01000193);
  return value;
}
