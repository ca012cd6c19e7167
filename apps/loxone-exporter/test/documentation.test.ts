import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FAULT_REASONS } from '@device-exporters/loxone-protocol';
import { SeriesRegistry } from '@device-exporters/metrics';
import { describe, expect, test } from 'vitest';
import { schema } from '../src/config.ts';
import { END_REASONS } from '../src/end-reason.ts';
import { declareMetrics, declareOptionalMetrics } from '../src/metrics.ts';
import { loadedConfig } from './loaded-config.ts';

const EXAMPLE = fileURLToPath(new URL('../config.example.yml', import.meta.url));
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const HOME = { host: '192.0.2.10', username: 'prometheus', password: 'change-me' };

type Node = object & { readonly items?: object };

/** Every key of the schema, sections and their keys alike. */
function keysOf(node: object): string[] {
  return Object.entries(node as Record<string, Node>).flatMap(([key, entry]) => {
    if ('format' in entry) return [key];
    return [key, ...keysOf(entry.items ?? entry)];
  });
}

describe('config.example.yml', () => {
  test('is a configuration, of the defaults', async () => {
    const { miniservers, ...rest } = await loadedConfig({ file: EXAMPLE });
    const { miniservers: defaults, ...others } = await loadedConfig({ config: { miniservers: [HOME] } });
    expect(rest).toEqual(others);
    const { password, ...home } = miniservers[0] ?? {};
    expect(password?.reveal()).toBe(HOME.password);
    const { password: _, ...expected } = defaults[0] ?? {};
    expect(home).toEqual({ ...expected, name: 'home' });
    expect(miniservers).toHaveLength(1);
  });

  test('has every setting there is', () => {
    const text = readFileSync(EXAMPLE, 'utf8');
    const missing = keysOf(schema).filter((key) => !new RegExp(`^[\\s#-]*${key}:`, 'm').test(text));
    expect(missing).toEqual([]);
  });
});

describe('the README', () => {
  const troubleshooting = README.slice(README.indexOf('## Troubleshooting'));

  test('names metrics that exist', () => {
    const registry = new SeriesRegistry();
    declareMetrics(registry);
    declareOptionalMetrics(registry);
    const families = registry.families().map(({ name }) => name);
    const prose = README.replace(/<!-- metrics:begin -->.*<!-- metrics:end -->/s, '');
    const named = [...prose.matchAll(/\bloxone_[a-z_]+\b/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !families.includes(name))).toEqual([]);
  });

  test('names reasons that exist', () => {
    const rows = troubleshooting.match(/^\| reason .*?\|/gm) ?? [];
    const named = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => ![...END_REASONS, ...FAULT_REASONS].includes(name as never))).toEqual([]);
  });

  test('quotes messages of the log that exist', () => {
    const sources = new URL('../src/', import.meta.url);
    const code = readdirSync(sources).map((file) => readFileSync(new URL(file, sources), 'utf8'));
    // First cells of the table that are a sentence in code.
    const quoted = [...troubleshooting.matchAll(/^\| `([^`]* [^`]*)` +\|/gm)].map(([, message = '']) => message);
    expect(quoted).not.toEqual([]);
    for (const message of quoted) expect(code.join('\n')).toContain(`'${message}'`);
  });

  test('names settings, variables and states of a control that exist', () => {
    const prose = README.replace(/<!-- (\w+):begin -->.*?<!-- \1:end -->/gs, '');
    const named = [...prose.matchAll(/`([a-z]+(?:_[a-z]+)+)(?::[^`]*)?`/g)].map(([, name = '']) => name);
    const families = named.filter((name) => name.startsWith('loxone_'));
    const known = [...keysOf(schema), ...END_REASONS, ...families];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    const variables = [...prose.matchAll(/\bLOXONE_[A-Z_]+\b/g)].map(([name]) => name);
    const text = JSON.stringify(schema);
    expect(variables.filter((name) => !text.includes(`"${name}"`))).toEqual([]);
  });
});
