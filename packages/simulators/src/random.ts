/** A source of numbers in [0, 1). */
export type Random = () => number;

/**
 * A reproducible source: the same seed gives the same sequence on every machine.
 *
 * A Weyl sequence whose steps are mixed by two multiply-xorshift rounds: plenty for plausible houses, useless for keys.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
