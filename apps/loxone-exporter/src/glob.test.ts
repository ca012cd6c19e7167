import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob } from './glob.ts';

describe('a pattern', () => {
  test.each([
    ['Debug *', 'Debug lamp', true],
    ['Debug *', 'debug lamp', false],
    ['Debug *', 'A Debug lamp', false],
    ['*', '', true],
    ['*lamp', 'Kitchen/hall lamp', true],
    ['*a*b*', 'xaybz', true],
    ['*a*b*', 'xbya', false],
    ['**', 'anything', true],
    ['L?mp', 'Lämp', true],
    ['L?mp', 'Lmp', false],
    ['?', '🙂', true],
    ['Living-Room *', 'Living-Room lamp', true],
    ['[a-c]-/-', 'b-/-', true],
    ['Lamp [0-9]', 'Lamp 7', true],
    ['Lamp [0-9]', 'Lamp x', false],
    ['Lamp [!0-9]', 'Lamp x', true],
    ['Lamp [!0-9]', 'Lamp 7', false],
    ['[]]', ']', true],
    ['[!]]', 'x', true],
    ['[!]]', ']', false],
    ['[a-]', '-', true],
    ['[-a]', '-', true],
    ['[^a]', '^', true],
    ['[^a]', 'b', false],
    ['[\\]', '\\', true],
    ['[z-a]', 'b', false],
    ['[!z-a]', 'b', true],
    ['[abc', '[abc', true],
    ['a.b', 'axb', false],
    ['a+(b)|{c}$', 'a+(b)|{c}$', true],
    ['a\\*', 'a\\x', true],
    ['two\nlines', 'two\nlines', true],
    ['*', 'two\nlines', true],
  ])('%j against %j is %s', (pattern, name, isMatch) => expect(compileGlob(pattern).test(name)).toBe(isMatch));

  test('is never an error', () => {
    for (const pattern of ['[', '[]', '[!]', '[[]', '[a--b]', '\\', '(', '{1}', '[a&&b]', '[-]', '[🙂-🙃]', '[\\d]']) {
      expect(() => compileGlob(pattern)).not.toThrow();
    }
  });

  test('of whatever characters is no error, and matches itself where none of them is special', () => {
    const anyPattern = fc.string({ unit: fc.constantFrom(...'ab-]![^*?\\/.+(){}|$#&~, 🙂'), maxLength: 10 });
    const isItself = fc.property(anyPattern, (pattern) => {
      const isMatch = compileGlob(pattern).test(pattern);
      return isMatch || pattern.includes('[');
    });
    fc.assert(isItself, { numRuns: 1_000 });
  });
});
