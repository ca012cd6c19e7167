import { expect, test } from 'vitest';
import type { ImageConfig } from './image.ts';
import { configProblems, contentProblems, LABELS } from './image-checklist.ts';

const FILES = [
  '/nodejs/bin/node',
  '/app/main.js',
  '/app/chunk-B_x9.js',
  '/app/LICENSE',
  '/app/THIRD-PARTY-LICENSES.txt',
];

const START = ['/nodejs/bin/node', '/app/main.js'];
const CONFIG: ImageConfig = {
  User: '65532:65532',
  WorkingDir: '/config',
  Entrypoint: START,
  ExposedPorts: { '9504/tcp': {} },
  Env: ['PATH=/nodejs/bin', 'NODE_ENV=production'],
  Healthcheck: { Test: ['CMD', ...START, 'healthcheck'] },
  Labels: {
    ...Object.fromEntries(LABELS.map((name) => [name, 'x'])),
    'org.opencontainers.image.title': 'loxone-exporter',
  },
};
const problemsWith = (change: object): string[] =>
  configProblems('loxone-exporter', 9504, { ...CONFIG, ...change } as ImageConfig);

test('I1 and I12 the files of a good image are the bundle, its licences and Node.js', () => {
  expect(contentProblems(FILES)).toEqual([]);
});

test.each([
  ['/bin/sh', 'I1 it has /bin/sh'],
  ['/usr/bin/apt-get', 'I1 it has /usr/bin/apt-get'],
  ['/app/main.js.map', 'I1 it has /app/main.js.map'],
  ['/app/node_modules/ws/index.js', 'I1 it has /app/node_modules/ws/index.js'],
  ['/config/.env', 'I1 it has /config/.env'],
  ['/app/package.json', 'I1 /app has more than the bundle: /app/package.json'],
])('I1 %s in an image is a problem', (path, problem) => {
  expect(contentProblems([...FILES, path])).toContain(problem);
});

test('I12 a licence that is missing is a problem', () => {
  expect(contentProblems(FILES.filter((path) => path !== '/app/LICENSE'))).toEqual(['I1, I12 it lacks /app/LICENSE']);
});

test('what a good image says of itself is no problem, nor are labels that only some builders know', () => {
  expect(problemsWith({})).toEqual([]);
  const Labels = { ...CONFIG.Labels, 'org.opencontainers.image.base.digest': '' };
  expect(problemsWith({ Labels })).toEqual([]);
});

test.each<[string, object]>([
  ['I2', { User: 'nonroot' }],
  ['I3', { Entrypoint: ['/bin/sh', '-c', 'node /app/main.js'] }],
  ['I3', { Env: [] }],
  ['I4', { Healthcheck: undefined }],
  ['I4', { Healthcheck: { Test: ['CMD-SHELL', 'curl localhost'] } }],
  ['I6', { Labels: { ...CONFIG.Labels, 'org.opencontainers.image.version': '' } }],
  ['I6', { Labels: { 'org.opencontainers.image.title': 'loxone-exporter' } }],
  ['I6', { Labels: { ...CONFIG.Labels, 'org.opencontainers.image.title': 'another' } }],
  ['I10', { ExposedPorts: {} }],
])('%s what is wrong is named: %j', (item, change) => {
  const problems = problemsWith(change);
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expect(problem).toMatch(new RegExp(`^${item} `));
});
