import { expect, test } from 'vitest';
import { InvalidPathError, parsePaths, valuesAt } from './field-path.ts';

const peer = (name: string, ports: number[] = []) => ({ node: { name: { value: name }, ports: { value: ports } } });

const NODE = {
  id: 'a',
  name: { value: 'leaf' },
  empty: { value: '' },
  nothing: { value: null },
  zero: { value: 0 },
  no: { value: false },
  labels: { value: ['x', 'y'] },
  facts: { value: { os: 'eos' } },
  location: { node: { display_label: 'Amsterdam', name: { value: 'AMS' }, tags: { edges: [peer('red')] } } },
  gone: { node: null },
  interfaces: { count: 2, edges: [peer('et1', [1, 2]), peer('et2', [3])] },
  services: [{ value: 'ssh' }, { name: 'snmp' }, 'ntp', null],
};

test.each([
  ['id', ['a']],
  ['name.value', ['leaf']],
  ['name', ['leaf']],
  ['zero', ['0']],
  ['no.value', ['false']],
  ['location.node.display_label', ['Amsterdam']],
  ['location.display_label', ['Amsterdam']],
  ['location.name', ['AMS']],
  ['location.tags[].name.value', ['red']],
  ['labels.value[]', ['x', 'y']],
  ['labels[]', ['x', 'y']],
  ['labels[1]', ['y']],
  ['interfaces[]', ['et1', 'et2']],
  ['interfaces[].name.value', ['et1', 'et2']],
  ['interfaces[0].name', ['et1']],
  ['interfaces[].ports[]', ['1', '2', '3']],
  ['interfaces[7].name', []],
  ['services[]', ['ssh', 'snmp', 'ntp']],
  ['facts.value.os', ['eos']],
  ['empty | nothing | gone.name | name', ['leaf']],
  ['empty', []],
  ['nothing.value', []],
  ['gone.name.value', []],
  ['location', []],
  ['interfaces', []],
  ['labels', []],
  ['name[]', []],
  ['toString', []],
])('%s leads to %j', (path, values) => {
  expect(valuesAt(parsePaths(path), NODE)).toEqual(values);
});

test.each(['', 'a..b', '.a', 'a[x]', 'a b', 'a |', 'a[]b', '1st'])('%j is no path', (path) => {
  expect(() => parsePaths(path)).toThrow(InvalidPathError);
});
