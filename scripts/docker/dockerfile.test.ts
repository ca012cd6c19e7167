import { readdirSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import hcl from 'hcl2-parser';
import { expect, test } from 'vitest';
import { ROOT, textOf } from './compose.ts';
import { LABELS } from './image-checklist.ts';

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
  readonly contexts: string;
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

test.each(FILES)(
  'I7 %s builds on images with a version, installs what the lockfile names, and fetches nothing by address',
  (path) => {
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
  },
);

test.each([
  ['docker/Dockerfile', 'image'],
  ['docker/demo.Dockerfile', undefined],
])(
  'I1, I2 and I3 what %s ships has a user in numbers, starts without a shell, and runs no command to be made',
  (path, name) => {
    const stage = lastStageOf(path, name);
    expect(stage).toContain('USER 65532:65532');
    expect(stage.findLastIndex((line) => line.startsWith('COPY '))).toBeLessThan(stage.indexOf('USER 65532:65532'));
    expect(stage.find((line) => line.startsWith('ENTRYPOINT '))).toMatch(
      /^ENTRYPOINT \["\/nodejs\/bin\/node", "\/.+"\]$/,
    );
    expect(stage.filter((line) => line.startsWith('RUN '))).toEqual([]);
    expect(stage).toContain('ENV NODE_ENV=production');
  },
);

test('I6 and I10 every app has a stage with a description and its port, and is in docker-bake.hcl', () => {
  for (const app of apps) {
    const [from, label, port, ...rest] = lastStageOf('docker/Dockerfile', app);
    expect([from, rest], app).toEqual([`FROM image AS ${app}`, []]);
    expect(label, app).toMatch(/^LABEL org\.opencontainers\.image\.description=".+"$/);
    expect(port, app).toMatch(/^EXPOSE \d+$/);
  }
  expect(bake.matrix.app.toSorted()).toEqual(apps);
});

test('I5 docker-bake.hcl builds every app for amd64 and arm64, with the arguments that the Dockerfile takes', () => {
  const taken = [...textOf(bake.dockerfile).matchAll(/^ARG (\w+)/gm)].map(([, name]) => name);
  expect(Object.keys(bake.args).toSorted()).toEqual([...new Set(taken)].toSorted());
  expect(bake.platforms).toEqual(['linux/amd64', 'linux/arm64']);
});

test('I1 what is shipped takes one folder from the stages before it, which are left behind', () => {
  const froms = instructionsOf('docker/Dockerfile').filter((line) => line.startsWith('FROM '));
  expect(froms.length).toBeGreaterThan(4);
  const copies = lastStageOf('docker/Dockerfile', 'image').filter((line) => line.startsWith('COPY '));
  expect(copies).toEqual([
    'COPY --from=bundled /image/ /app/',
    'COPY --from=bundled /config/ /config/',
    'COPY --from=bundled --chown=65532:65532 /state/ /state/',
  ]);
});

test('I4 the health check is the app itself, without a shell', () => {
  const checks = lastStageOf('docker/Dockerfile', 'image').filter((line) => line.startsWith('HEALTHCHECK '));
  expect(checks.length).toBe(1);
  expect(checks[0]).toMatch(/ CMD \["\/nodejs\/bin\/node", "\/app\/main\.js", "healthcheck"\]$/);
});

test('I5 bundles are made on the platform that builds, and what differs by platform is the base alone', () => {
  const froms = instructionsOf('docker/Dockerfile').filter((line) => line.startsWith('FROM '));
  expect(froms[0]).toMatch(/^FROM --platform=\$BUILDPLATFORM /);
  expect(froms.slice(1, 4)).toEqual(['FROM tools AS pruned', 'FROM tools AS installed', 'FROM installed AS bundled']);
  // Nothing is compiled for one of them: the lockfile has no install script besides that of Node.js, which is not run.
  expect(textOf('docker/Dockerfile')).toContain('--frozen-lockfile --ignore-scripts');
});

test('I6 the image has every label', () => {
  const stage = lastStageOf('docker/Dockerfile', 'image').join('\n');
  const own = lastStageOf('docker/Dockerfile', 'tapo-exporter').join('\n');
  for (const label of LABELS) expect(`${stage}\n${own}`).toContain(`${label}=`);
});

test('I7 the base is pinned by digest where one is given, and the label says which', () => {
  const base = lastStageOf('docker/Dockerfile', 'image')[0]?.split(' ')[1];
  const pinned = `"${base}" => "docker-image://${base?.split(':')[0]}@\${digest}"`;
  expect(bake.contexts).toBe(`\${{\n    for digest in compact([BASE_DIGEST]) :\n    ${pinned}\n  }}`);
  expect(bake.args['BASE_DIGEST']).toBe(`\${BASE_DIGEST}`);
});

test('I8 installing depends on manifests alone, bundling on the sources of the app', () => {
  const installed = lastStageOf('docker/Dockerfile', 'installed');
  expect(installed.filter((line) => line.startsWith('COPY '))).toEqual(['COPY --from=pruned /repo/out/json/ ./']);
  expect(lastStageOf('docker/Dockerfile', 'bundled')).toContain('COPY --from=pruned /repo/out/full/ ./');
  expect(lastStageOf('docker/Dockerfile', 'pruned')).toContain('RUN turbo prune "$APP" --docker');
});

test('I12 the licence is beside the bundle', () => {
  expect(lastStageOf('docker/Dockerfile', 'bundled').at(-1)).toContain('cp -r LICENSE "apps/$APP/dist/." /image');
});

test('I11 builds see what is named, and neither secrets nor tests', () => {
  for (const path of ['.dockerignore', 'docker/demo.Dockerfile.dockerignore']) {
    const rules = textOf(path)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0], path).toBe('*');
    expect(rules.slice(-4), path).toEqual(['**/*.test.ts', '**/node_modules', '**/.env*', '**/.DS_Store']);
  }
});
