import { readdirSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import hcl from 'hcl2-parser';
import { expect, test } from 'vitest';
import { ROOT, textOf } from './compose.ts';

const FILES = ['docker/Dockerfile', 'docker/demo.Dockerfile'];
const apps = readdirSync(new URL('apps', ROOT)).toSorted();

/** The target of `docker-bake.hcl` that is one target for every app. */
const [baked] = hcl.parseToObject(textOf('docker/docker-bake.hcl')) as [{ target: { app: [Bake] } }];
const [bake] = baked.target.app;

interface Bake {
  readonly dockerfile: string;
  readonly matrix: { readonly app: readonly string[] };
  readonly platforms: readonly string[];
  readonly args: Readonly<Record<string, string>>;
}

/** Instructions, each on one line, without comments. */
function instructionsOf(path: string): string[] {
  const lines = textOf(path)
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '');
  return lines.split('\n').filter((line) => line !== '');
}

/** The instructions of the stage that is shipped, by name. */
function lastStageOf(path: string, name?: string): string[] {
  const all = instructionsOf(path);
  const isStart = (line: string) => line.startsWith('FROM ') && (name === undefined || line.endsWith(` AS ${name}`));
  const start = all.findLastIndex(isStart);
  const next = all.findIndex((line, index) => index > start && line.startsWith('FROM '));
  return all.slice(start, next === -1 ? undefined : next);
}

test.each(FILES)('the linter has nothing to remark on %s', (path) => {
  expect(validate(textOf(path)).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
});

test('the linter remarks on what is wrong', () => {
  expect(validate('FROM node:24\nHEALTHCHECK --intervall=3s CMD true\n')).not.toEqual([]);
});

test.each(FILES)('%s builds on images with a version, and fetches nothing by address', (path) => {
  const all = instructionsOf(path);
  const stages = all.flatMap((line) => / AS (\S+)$/.exec(line)?.[1] ?? []);
  for (const line of all.filter((one) => one.startsWith('FROM '))) {
    const base = line.replace(/^FROM (--platform=\S+ )?/, '').split(' ')[0] ?? '';
    expect(
      stages.includes(base) ||
        /^(docker\.io\/library\/node:24-|gcr\.io\/distroless\/nodejs24-debian12:nonroot$|\$\{APP\}$)/.test(base),
      line,
    ).toBe(true);
  }
  for (const line of all) expect(line).not.toMatch(/^ADD |curl|wget|apt-get|sudo/);
  for (const line of all.filter((one) => /pnpm .*install|pnpm install/.test(one) && one.startsWith('RUN '))) {
    if (!line.includes('npm install --global')) expect(line).toContain('--frozen-lockfile --ignore-scripts');
  }
});

test.each([
  ['docker/Dockerfile', 'image'],
  ['docker/demo.Dockerfile', undefined],
])('what %s ships has a user in numbers, starts without a shell, and runs no command to be made', (path, name) => {
  const stage = lastStageOf(path, name);
  expect(stage).toContain('USER 65532:65532');
  expect(stage.findLastIndex((line) => line.startsWith('COPY '))).toBeLessThan(stage.indexOf('USER 65532:65532'));
  expect(stage.find((line) => line.startsWith('ENTRYPOINT '))).toMatch(
    /^ENTRYPOINT \["\/nodejs\/bin\/node", "\/.+"\]$/,
  );
  expect(stage.filter((line) => line.startsWith('RUN '))).toEqual([]);
  expect(stage).toContain('ENV NODE_ENV=production');
});

test('every app has a stage with a description and its port, and is in docker-bake.hcl', () => {
  for (const app of apps) {
    const [from, label, port, ...rest] = lastStageOf('docker/Dockerfile', app);
    expect([from, rest], app).toEqual([`FROM image AS ${app}`, []]);
    expect(label, app).toMatch(/^LABEL org\.opencontainers\.image\.description=".+"$/);
    expect(port, app).toMatch(/^EXPOSE \d+$/);
  }
  expect(bake.matrix.app.toSorted()).toEqual(apps);
});

test('docker-bake.hcl builds every app for amd64 and arm64, with the arguments that the Dockerfile takes', () => {
  const taken = [...textOf(bake.dockerfile).matchAll(/^ARG (\w+)/gm)].map(([, name]) => name);
  expect(Object.keys(bake.args).toSorted()).toEqual([...new Set(taken)].toSorted());
  expect(bake.platforms).toEqual(['linux/amd64', 'linux/arm64']);
});

test('builds see what is named, and neither secrets nor tests', () => {
  for (const path of ['.dockerignore', 'docker/demo.Dockerfile.dockerignore']) {
    const rules = textOf(path)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0], path).toBe('*');
    expect(rules.slice(-4), path).toEqual(['**/*.test.ts', '**/node_modules', '**/.env*', '**/.DS_Store']);
  }
});
