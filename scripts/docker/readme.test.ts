import { existsSync, readdirSync } from 'node:fs';
import hcl from 'hcl2-parser';
import { expect, test } from 'vitest';
import { portsOf, ROOT, readCompose, textOf } from './compose.ts';

const readme = textOf('docker/README.md');
const { services } = readCompose();
const apps = readdirSync(new URL('apps', ROOT));
const FOLDER = new URL('docker/', ROOT);

/** The commands in blocks for the shell, each on one line. */
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
  .map((line) => line.replace(/\s+#.*$/, ''))
  .filter((line) => line !== '');

/** Options of the command line of Docker that the README uses, by command; a true one takes a value. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  'docker build': { '-f': true, '--build-arg': true, '-t': true },
  'docker buildx bake': { '-f': true },
  'docker run': {
    ...{ '-d': false, '--rm': false, '--read-only': false },
    ...{ '--name': true, '--restart': true, '--tmpfs': true, '--cap-drop': true, '--security-opt': true },
    ...{ '-p': true, '-e': true, '-v': true },
  },
  'docker compose': { '--profile': true, '--build': false, '--detach': false, '--volumes': false },
};

/** A command as Docker understands it. */
interface Parsed {
  readonly line: string;
  readonly command: string;
  readonly options: readonly (readonly [string, string])[];
  readonly rest: readonly string[];
}

/** Splits a command as the shell would, `$(…)` and quotes kept together. */
function parse(line: string): Parsed {
  const words = line.match(/(?:"[^"]*"|\S)+/g) ?? [];
  while (/^[A-Z]+=/.test(words[0] ?? '')) words.shift();
  const command = Object.keys(OPTIONS).find((name) => words.join(' ').startsWith(`${name} `));
  if (command === undefined) throw new Error(`not a command that this test knows: ${line}`);
  const known = OPTIONS[command] ?? {};
  const args = words.slice(command.split(' ').length);
  const [options, rest]: [[string, string][], string[]] = [[], []];
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    const isImages = command === 'docker run' && rest.length > 0;
    if (!word.startsWith('-') || isImages) rest.push(word);
    else if (word in known) options.push([word, known[word] ? (args.shift() ?? '') : '']);
    else throw new Error(`${command} has no option ${word} that this test knows: ${line}`);
  }
  return { line, command, options, rest };
}

const docker = commands.filter((line) => /(^|\s)docker /.test(line)).map(parse);
const of = (command: string) => docker.filter((one) => one.command === command);
const valuesOf = ({ options }: Parsed, name: string) =>
  options.flatMap(([option, value]) => (option === name ? [value] : []));

test('every command is one of Docker, or writes a secret that compose knows', () => {
  expect(docker.length).toBeGreaterThan(8);
  const { secrets } = readCompose();
  for (const line of commands.filter((one) => !/(^|\s)docker /.test(one))) {
    const path = /^sudo install -m 400 -o 65532 \/dev\/stdin (\S+)$/.exec(line)?.[1];
    expect(
      Object.values(secrets).map(({ file }) => file),
      line,
    ).toContain(`./${path}`);
  }
});

test('images are built from files that exist, with arguments that they take, for apps that exist', () => {
  expect(of('docker build').length).toBeGreaterThan(0);
  for (const one of of('docker build')) {
    const [file = ''] = valuesOf(one, '-f');
    for (const [name = '', value = ''] of valuesOf(one, '--build-arg').map((text) => text.split(/=(.*)/s))) {
      expect(textOf(file), one.line).toMatch(new RegExp(`^ARG ${name}\\b`, 'm'));
      if (name === 'APP') expect(apps, one.line).toContain(value);
    }
    expect(one.rest, one.line).toEqual(['.']);
  }
});

test('the table of build arguments has those of the Dockerfile with their defaults', () => {
  const taken = [...textOf('docker/Dockerfile').matchAll(/^ARG (\w+)(?:=(.*))?$/gm)].slice(0, 4);
  for (const [, name, value] of taken) {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
    expect(row, name).toContain(value === undefined ? 'required' : `\`${value}\``);
  }
});

test('what is baked is there, with variables that it has', () => {
  const [{ variable }] = hcl.parseToObject(textOf('docker/docker-bake.hcl')) as [{ variable: object }];
  expect(of('docker buildx bake').length).toBeGreaterThan(0);
  for (const one of of('docker buildx bake')) {
    expect(existsSync(new URL(valuesOf(one, '-f')[0] ?? '', ROOT)), one.line).toBe(true);
    for (const target of one.rest) expect(apps, one.line).toContain(target);
    const set = [...one.line.split('docker ')[0]!.matchAll(/([A-Z]+)=/g)].map(([, name]) => name);
    for (const name of set) expect(Object.keys(variable), one.line).toContain(name);
  }
});

test('what is run are apps, at their ports, with variables and flags of theirs', () => {
  expect(of('docker run').length).toBeGreaterThan(0);
  for (const one of of('docker run')) {
    const [app = '', ...flags] = one.rest;
    const own = textOf(`apps/${app}/README.md`);
    for (const port of valuesOf(one, '-p')) expect(services[app]?.ports, one.line).toEqual([port]);
    for (const name of valuesOf(one, '-e').map((text) => text.split('=')[0]))
      expect(own, one.line).toContain(`\`${name}\``);
    // In the table of flags, with a word for its value or alone.
    for (const flag of flags)
      expect(own, one.line).toMatch(new RegExp(`\`${flag.split('=')[0]?.replaceAll('.', '\\.')}[ \`]`));
  }
});

test('profiles and commands of compose exist', () => {
  const profiles = new Set(Object.values(services).flatMap((service) => service.profiles));
  const used = [...readme.matchAll(/--profile (\S+?)[`\s]/g)].map(([, name = '']) => name);
  expect(used.length).toBeGreaterThan(3);
  for (const name of used) expect([...profiles]).toContain(name);
  for (const { rest, line } of of('docker compose')) expect(['up', 'ps', 'down'], line).toContain(rest[0]);
  expect(commands.some((line) => line.includes('--profile demo up'))).toBe(true);
});

test('the table of profiles has every app with its configuration, secret and port', () => {
  for (const app of apps) {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${app}\` `) && line.includes('secrets/'));
    const { ports = [], secrets = [] } = services[app] ?? {};
    for (const part of [`(config/${app}.yml)`, `\`secrets/${secrets[0]}\``, ` ${ports[0]?.split(':')[0]} `]) {
      expect(row, app).toContain(part);
    }
  }
});

test('addresses are ports that compose publishes', () => {
  const published = Object.values(services).flatMap((service) => portsOf(service).map((port) => port.published));
  const named = [...readme.matchAll(/localhost:(\d+)/g)].map(([, port]) => Number(port));
  expect(named.length).toBeGreaterThan(6);
  for (const port of named) expect(published).toContain(port);
  // The demo publishes nothing that the README keeps to itself.
  const demo = Object.values(services).filter(({ profiles }) => profiles.includes('demo'));
  for (const { published: port } of demo.flatMap(portsOf)) expect(named).toContain(port);
});

test('links lead somewhere', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(5);
  for (const path of links) expect(existsSync(new URL(path, FOLDER)), path).toBe(true);
  for (const [, path = ''] of readme.matchAll(/`(scripts\/[^`]+)`/g))
    expect(existsSync(new URL(path, ROOT)), path).toBe(true);
});

test('the README of the repository leads here and to Kubernetes, and its commands name files that are there', () => {
  const root = textOf('README.md');
  for (const path of ['docker/README.md', 'deploy/README.md']) expect(root).toContain(`](${path})`);
  const files = [...root.matchAll(/^docker .* -f (\S+)/gm)].map(([, path = '']) => path);
  expect(files).toEqual(['docker/Dockerfile', 'docker/compose.yml']);
  for (const path of files) expect(existsSync(new URL(path, ROOT)), path).toBe(true);
});
