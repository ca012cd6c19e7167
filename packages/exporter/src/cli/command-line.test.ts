import { describe, expect, test } from 'vitest';
import { parseCommandLine } from './command-line.ts';
import { helpText, versionText } from './help.ts';

const own = [
  { name: 'own-port', value: 'PORT', doc: 'A port.' },
  { name: 'once', doc: 'Once.' },
];

describe('the command line', () => {
  test('knows every spelling of a flag', () => {
    for (const args of [
      ['--config.file=a'],
      ['--config.file', 'a'],
      ['--config', 'a'],
      ['-c', 'a'],
      ['-c=a'.replace('=', '')],
    ]) {
      expect(parseCommandLine(args, own).values).toEqual({ 'config.file': 'a' });
    }
  });

  test('tells switches, values, addresses and words apart', () => {
    const line = parseCommandLine(
      [
        'probe',
        '--once',
        '192.0.2.1',
        '--web.listen-address=:1',
        '--web.listen-address',
        '[::1]:2',
        '--own-port=3',
        '-h',
      ],
      own,
    );
    expect(line.command).toBe('probe');
    expect(line.words).toEqual(['192.0.2.1']);
    expect([...line.switches]).toEqual(['once', 'help']);
    expect(line.values['own-port']).toBe('3');
    expect(line.listenAddresses).toEqual([':1', '[::1]:2']);
  });

  test.each([
    [['--onec'], 'unknown flag --onec; did you mean --once?'],
    [['-x'], 'unknown flag -x'],
    [['--once=1'], '--once takes no value'],
    [['--own-port'], '--own-port needs a value: --own-port PORT'],
  ])('refuses %j', (args, message) => expect(() => parseCommandLine(args, own)).toThrow(message));
});

test('the help text names every command and flag', () => {
  const text = helpText({ name: 'x', description: 'Does x.' }, [{ name: 'probe', doc: 'Looks.' }], own);
  expect(text).toMatch(/^Does x\.\n\nUsage: x \[flags\]\n {7}x probe \[flags\]\n/);
  expect(text).toMatch(/^ {2}probe +Looks\.$/m);
  expect(text).toMatch(/^ {2}--help, -h +Print this text and exit\.$/m);
  expect(text).toMatch(/^ {2}--own-port PORT +A port\.$/m);
});

test('the version text says program, revision, runtime and platform', () => {
  const text = versionText('x', { version: '1.2.3', commit: 'abc', date: '2026-01-01T00:00:00Z' });
  expect(text).toContain('x, version 1.2.3 (revision: abc)\n');
  expect(text).toContain(process.version);
});
