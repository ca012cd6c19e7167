import { describe, expect, test } from 'vitest';
import { countingBytes, fixedSession } from '../test/fixed.ts';
import { CommandCipher } from './command-cipher.ts';

const clock = { monotonicMs: () => 0 };

/** The plain text of an encrypted command. */
function opened(command: string): string {
  const [, base64 = ''] = /^jdev\/sys\/f?enc\/(.*)$/.exec(command) ?? [];
  return fixedSession().decrypt(decodeURIComponent(base64));
}

function setup(options: { maxUses?: number } = {}) {
  return new CommandCipher(fixedSession(), { clock, random: countingBytes(0), ...options });
}

const SALT = '000102030405060708090a0b0c0d0e0f';
const NEXT_SALT = '101112131415161718191a1b1c1d1e1f';

describe('a command', () => {
  test('is encrypted with the salt before it, and percent-encoded', () => {
    const command = setup().encrypt('jdev/sys/getkey2/app');
    expect(command).toMatch(/^jdev\/sys\/enc\/(?:[A-Za-z0-9]|%2B|%2F|%3D)+$/);
    expect(opened(command)).toBe(`salt/${SALT}/jdev/sys/getkey2/app`);
  });

  test('may ask for an encrypted answer', () => {
    const command = setup().encryptFully('jdev/sys/getkey');
    expect(command).toMatch(/^jdev\/sys\/fenc\//);
    expect(opened(command)).toBe(`salt/${SALT}/jdev/sys/getkey`);
  });

  test('shares its salt with all others, whichever way they are encrypted', () => {
    const cipher = setup({ maxUses: 2 });
    const commands = [cipher.encrypt('a'), cipher.encryptFully('b'), cipher.encrypt('c'), cipher.encryptFully('d')];
    expect(commands.map(opened)).toEqual([
      `salt/${SALT}/a`,
      `salt/${SALT}/b`,
      `nextSalt/${SALT}/${NEXT_SALT}/c`,
      `salt/${NEXT_SALT}/d`,
    ]);
  });

  test('has another salt after 20 by default, and on every connection', () => {
    const cipher = new CommandCipher(fixedSession(), { clock });
    const salts = Array.from({ length: 21 }, () => opened(cipher.encrypt('x')).split('/'));
    expect(salts.map(([word]) => word)).toEqual([...Array(20).fill('salt'), 'nextSalt']);
    expect(opened(new CommandCipher(fixedSession(), { clock }).encrypt('x')).split('/')[1]).not.toBe(salts[0]?.[1]);
  });
});

describe('an answer', () => {
  test('is decrypted', () => {
    expect(setup().decryptAnswer('2y8plWnUk8R4\na5OAeAzFsA==\n')).toBe('{"LL":{}}');
  });

  test('may have come in the clear', () => {
    expect(setup().decryptAnswer('{"LL":{"Code":"401"}}')).toBe('{"LL":{"Code":"401"}}');
  });
});
