import type { HouseBuilder } from './house-builder.ts';

/** One piece of a house in the making. */
export interface Piece {
  /** How many controls it brings, sub-controls included. */
  readonly controls: number;
  add(): void;
}

/** A piece of `controls` controls. */
export function piece(controls: number, add: () => void): Piece {
  return { controls, add };
}

/**
 * Builds exactly `wanted` controls: the pieces in their order, skipping those that no longer fit, then rooms made by
 * `furnish` one after the other, then single pieces of its last room as far as they fit.
 */
export function build(
  house: HouseBuilder,
  wanted: number,
  pieces: readonly Piece[],
  furnish: (house: HouseBuilder, index: number) => readonly Piece[],
): void {
  let left = addFitting(pieces, wanted);
  for (let index = 0; left > 0; index += 1) left = addFitting(furnish(house, index), left);
}

function addFitting(pieces: readonly Piece[], room: number): number {
  let left = room;
  for (const { controls, add } of pieces) {
    if (controls > left) continue;
    add();
    left -= controls;
  }
  return left;
}
