import { configOf, filesOf, type ImageConfig } from './image.ts';

/** Labels that every image has to have; the last ones are empty unless the builder knows. */
export const LABELS = [
  ...['title', 'description', 'version', 'revision', 'created', 'licenses', 'vendor', 'authors', 'base.name'],
  ...['source', 'url', 'documentation', 'base.digest'],
].map((name) => `org.opencontainers.image.${name}`);

const KNOWN = LABELS.slice(0, -4);

/** What an image must not have: programs that start others, package managers, what only developers need, secrets. */
const FORBIDDEN =
  /\/(sh|bash|dash|busybox|apt|apt-get|dpkg|apk|npm|npx|pnpm|corepack|curl|wget|gcc|python3)$|\/node_modules\/|\.(map|ts|env)$|\/\.env/;

/** What is wrong with a built image, as far as it can be seen without running it; by the items of the checklist of images. */
export function imageProblems(app: string, port: number): string[] {
  return [...contentProblems(filesOf(app)), ...configProblems(app, port, configOf(app))];
}

/** I1, I11, I12: the files. */
export function contentProblems(files: readonly string[]): string[] {
  const ours = files.filter((path) => path.startsWith('/app/'));
  const other = ours.filter((path) => !/^\/app\/([\w.-]+\.js|LICENSE|THIRD-PARTY-LICENSES\.txt)$/.test(path));
  const needed = ['/app/main.js', '/app/LICENSE', '/app/THIRD-PARTY-LICENSES.txt', '/nodejs/bin/node'];
  return [
    ...files.filter((path) => FORBIDDEN.test(path)).map((path) => `I1 it has ${path}`),
    ...other.map((path) => `I1 /app has more than the bundle: ${path}`),
    ...needed.filter((path) => !files.includes(path)).map((path) => `I1, I12 it lacks ${path}`),
  ];
}

/** I2, I3, I4, I6, I10: what it says of itself. */
export function configProblems(app: string, port: number, config: ImageConfig): string[] {
  const { User, Entrypoint, Env, ExposedPorts, Healthcheck, Labels } = config;
  const start = ['/nodejs/bin/node', '/app/main.js'];
  const expected: readonly (readonly [string, unknown, unknown])[] = [
    ['I2 user', User, '65532:65532'],
    ['I3 entry', Entrypoint, start],
    ['I3 NODE_ENV', Env.includes('NODE_ENV=production'), true],
    ['I4 health check', Healthcheck?.Test, ['CMD', ...start, 'healthcheck']],
    ['I6 title', Labels['org.opencontainers.image.title'], app],
    ['I10 ports', Object.keys(ExposedPorts), [`${port}/tcp`]],
  ];
  return [
    ...expected
      .filter(([, found, wanted]) => JSON.stringify(found) !== JSON.stringify(wanted))
      .map(([what, found, wanted]) => `${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`),
    ...LABELS.filter((name) => Labels[name] === undefined).map((name) => `I6 it lacks the label ${name}`),
    ...KNOWN.filter((name) => Labels[name] === '').map((name) => `I6 the label ${name} is empty`),
  ];
}
