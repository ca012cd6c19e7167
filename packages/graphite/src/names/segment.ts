/** Longest segment that is made of a name, in characters: with a suffix and `.wsp` it still is a file name (255 bytes). */
const MAX_SEGMENT_LENGTH = 200;

/**
 * Makes one segment of a path of any text: lower-case ASCII letters, digits and `_`.
 *
 * Blanks and `-` become `_`; accents go, and with them all that ASCII lacks; runs of `_` become one. Carbon would take
 * nearly anything: dots and slashes as further folders, brackets and quotes to be stored and never be queried again.
 *
 * @returns an empty text if nothing of the name is left
 */
export function foldSegment(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[ -]/g, '_')
    .replace(/[^a-z0-9_]/g, '')
    .replace(/_+/g, '_')
    .slice(0, MAX_SEGMENT_LENGTH)
    .replace(/^_|_$/g, '');
}
