/**
 * Compiles a pattern by the rules of fnmatch: `*` any text, `?` any character, `[abc]`, `[a-z]`, `[!a-z]` one of a set,
 * everything else itself. The whole name must match, upper and lower case differ.
 */
export function compileGlob(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; ) {
    const { text, length } = translate(pattern, at);
    source += text;
    at += length;
  }
  return new RegExp(`^${source}$`, 'su');
}

/** The regular expression for what stands at one place of a pattern, and how many characters that is. */
function translate(pattern: string, at: number): { text: string; length: number } {
  const character = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
  if (character === '*') {
    // Several in a row mean the same as one and would only slow the search.
    const stars = /^\*+/.exec(pattern.slice(at))?.[0].length ?? 1;
    return { text: '.*', length: stars };
  }
  if (character === '?') return { text: '.', length: 1 };
  const set = character === '[' ? readSet(pattern, at) : undefined;
  return set ?? { text: escaped(character), length: character.length };
}

/** `[…]`; undefined where no bracket closes it, as the opening one then means itself. */
function readSet(pattern: string, open: number): { text: string; length: number } | undefined {
  const isNegated = pattern[open + 1] === '!';
  const first = open + (isNegated ? 2 : 1);
  // A closing bracket right at the start belongs to the set.
  const close = pattern.indexOf(']', first + 1);
  if (close === -1) return undefined;
  const members = pattern
    .slice(first, close)
    .replace(/(.)-(.)/gsu, (range, from: string, to: string) => (from <= to ? range : ''));
  const length = close + 1 - open;
  // A set of nothing matches nothing, its negation anything.
  if (members === '') return { text: isNegated ? '.' : '(?!)', length };
  return { text: `[${isNegated ? '^' : ''}${escapeMembers(members)}]`, length };
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
}

/** In a set everything but the hyphen of a range stands for itself. */
function escapeMembers(members: string): string {
  return members.replace(/[\\\]^[]/g, '\\$&').replace(/^-|-$/g, '\\-');
}
