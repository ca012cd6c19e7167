import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import { DEMOS } from '../demo/started-demo.ts';
import { COMPOSE_FILE, mountsOf, portsOf, ROOT, readCompose, textOf, yamlOf } from './compose.ts';

const compose = readCompose();
const services = Object.entries(compose.services);
const apps = readdirSync(new URL('apps', ROOT)).toSorted();
const exporters = services.filter(([, { build }]) => build?.dockerfile === 'docker/Dockerfile');

/** A path as the file has it, which is beside the file. */
const beside = (path: string) => new URL(path, new URL(COMPOSE_FILE, ROOT));

const isBind = (from: string) => from.startsWith('.');

test('the file is what the compose specification allows, and nothing else', () => {
  const { $schema: _, ...schema } = JSON.parse(
    readFileSync(new URL('schemas/compose.schema.json', import.meta.resolve('dclint/package.json')), 'utf8'),
  );
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  validate(compose);
  expect(validate.errors ?? []).toEqual([]);
  const [[name = '', service] = []] = services;
  validate({ ...compose, services: { [name]: { ...service, helthcheck: {} } } });
  expect(validate.errors?.map(({ message }) => message)).toContain('must NOT have additional properties');
});

test('every app has a service and a profile of its name, and one or more in the demo', () => {
  for (const app of apps) {
    expect(compose.services[app], app).toMatchObject({ profiles: [app], build: { args: { APP: app } } });
    const inDemo = services.filter(([, { profiles, build }]) => profiles.includes('demo') && build?.args?.APP === app);
    expect(inDemo.length, app).toBe(DEMOS.filter((demo) => demo.app === app).length);
  }
  for (const [name, { image, build }] of exporters) expect(image, name).toBe(`${build?.args?.APP}:\${VERSION:-latest}`);
});

test('every exporter restarts, writes nothing, may nothing, and is asked how it is', () => {
  expect(exporters.length).toBe(apps.length + DEMOS.length);
  for (const [name, service] of exporters) {
    expect(service, name).toMatchObject({
      restart: 'unless-stopped',
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      healthcheck: { test: ['CMD', '/nodejs/bin/node', '/app/main.js', 'healthcheck'] },
    });
  }
});

test('everything restarts, takes no new rights, and has a limit to its log', () => {
  for (const [name, service] of services) {
    const expected = { restart: 'unless-stopped', security_opt: ['no-new-privileges:true'] };
    expect(service, name).toMatchObject({ ...expected, logging: { options: { 'max-size': '10m' } } });
  }
});

test('what is asked how it is listens where it is asked', () => {
  const asked = services.flatMap(([name, { healthcheck }]) => {
    const [, port] = /http:\/\/localhost:(\d+)/.exec(healthcheck?.test.at(-1) ?? '') ?? [];
    return port === undefined ? [] : [[name, Number(port)] as const];
  });
  expect(asked.map(([name]) => name)).toEqual(['prometheus', 'grafana']);
  for (const [name, port] of asked) expect(portsOf(compose.services[name]!).map(({ own }) => own)).toEqual([port]);
});

test('every app publishes its default port', () => {
  for (const app of apps) {
    const { port } = DEMOS.find((demo) => demo.app === app) ?? {};
    expect(portsOf(compose.services[app]!), app).toEqual([{ host: '', published: port, own: port }]);
    expect(textOf('docker/Dockerfile')).toMatch(new RegExp(`FROM image AS ${app}\\n.*\\nEXPOSE ${port}\\n`));
  }
});

test('no two services of the demo publish one port, and all stay on this machine', () => {
  const ports = services.filter(([, { profiles }]) => profiles.includes('demo')).flatMap(([, one]) => portsOf(one));
  expect(new Set(ports.map(({ published }) => published)).size).toBe(ports.length);
  for (const { host, published } of ports) expect(host, `${published}`).toBe('127.0.0.1');
});

test('every path in it exists, and what comes from the repository is read only', () => {
  for (const [name, service] of services) {
    const { context = '..', dockerfile = 'docker/Dockerfile' } = service.build ?? {};
    expect(existsSync(new URL(`${beside(context).href}/${dockerfile}`)), name).toBe(true);
    for (const { from, mode } of mountsOf(service).filter((mount) => isBind(mount.from))) {
      expect(existsSync(beside(from)), `${name}: ${from}`).toBe(true);
      expect(mode, `${name}: ${from}`).toBe('ro');
    }
  }
});

test('what a command is given as its configuration is mounted there', () => {
  const flags = services.flatMap(([name, { command = [] }]) =>
    command.flatMap((flag) => {
      const path = /^--config(?:\.file)?=(.+)$/.exec(flag)?.[1];
      return path === undefined ? [] : [{ name, path }];
    }),
  );
  expect(flags.map(({ name }) => name)).toEqual(['prometheus', 'otel-collector']);
  for (const { name, path } of flags) {
    const mount = mountsOf(compose.services[name]!).find(({ to }) => path.startsWith(`${to}/`));
    expect(existsSync(beside(`${mount?.from}${path.slice(mount?.to.length)}`)), path).toBe(true);
  }
});

test('every volume is declared and used', () => {
  const used = services.flatMap(([, service]) => mountsOf(service).map(({ from }) => from));
  expect(new Set(used.filter((from) => !isBind(from)))).toEqual(new Set(Object.keys(compose.volumes)));
});

test('secrets are files that git ignores; each is declared, and given to those whose configuration names it', () => {
  expect(textOf('docker/secrets/.gitignore').split('\n')).toContain('*');
  for (const [name, { file }] of Object.entries(compose.secrets)) expect(file).toBe(`./secrets/${name}`);
  for (const app of apps) {
    const config = textOf(`docker/config/${app}.yml`);
    const named = [...config.matchAll(/\/run\/secrets\/(\S+)/g)].map(([, name]) => name);
    expect(named.length, app).toBeGreaterThan(0);
    expect(compose.services[app]?.secrets, app).toEqual(named);
    for (const name of named) expect(Object.keys(compose.secrets)).toContain(name);
  }
  const given = services.flatMap(([, { secrets = [] }]) => secrets);
  expect(new Set(given)).toEqual(new Set(Object.keys(compose.secrets)));
});

test('images of others have a version', () => {
  const others = services.filter(([, { build }]) => build === undefined);
  expect(others.length).toBe(4);
  for (const [name, { image }] of others) expect(image, name).toMatch(/^[a-z/-]+:v?\d+\.\d+\.\d+(-\d+)?$/);
});

test('services that others need are there in the same profile', () => {
  for (const [name, { profiles, network_mode = '', depends_on = {} }] of services) {
    const needed = [...Object.keys(depends_on), ...network_mode.split('service:').slice(1)];
    for (const other of needed) expect(compose.services[other]?.profiles, name).toEqual(profiles);
  }
});

test('the exporters of the demo find their configuration, and others find them', () => {
  const { simulators } = compose.services;
  const folder = simulators?.command?.[1];
  expect(new Set(simulators?.networks?.default.aliases)).toEqual(new Set(apps));
  for (const { app, port } of DEMOS) {
    const working_dir = `${folder}/${app}-${port}`;
    const found = exporters.filter(([, service]) => service.working_dir === working_dir);
    expect(found, working_dir).toMatchObject([[expect.any(String), { build: { args: { APP: app } } }]]);
    expect(portsOf(simulators!)).toContainEqual({ host: '127.0.0.1', published: port, own: port });
  }
  for (const [, { network_mode, working_dir, volumes }] of exporters.filter(([name]) => name.startsWith('demo-'))) {
    expect({ network_mode, volumes }, working_dir).toEqual({
      network_mode: 'service:simulators',
      volumes: simulators?.volumes,
    });
  }
});

test('an exporter of the demo that is not on its default port is told so', () => {
  const { EXPORTER_PORT } = compose.services['demo-ecoflow-exporter-mqtt']?.environment ?? {};
  expect(compose.services['demo-ecoflow-exporter-mqtt']?.working_dir).toMatch(new RegExp(`-${EXPORTER_PORT}$`));
});

test('data sources, targets and the collector are services, at ports where they listen', () => {
  const file = yamlOf('docker/grafana/provisioning/datasources/datasources.yml');
  const { datasources } = file as { datasources: { url: string; uid: string }[] };
  expect(datasources.map(({ url }) => url)).toEqual(['http://prometheus:9090', 'http://graphite:80']);
  for (const { url } of datasources) {
    const { hostname, port } = new URL(url);
    // The URL parser leaves out the port that http has anyway.
    expect(portsOf(compose.services[hostname]!).map(({ own }) => own)).toEqual([Number(port || 80)]);
  }
  const collector = yamlOf('docker/otel-collector/config.yml') as {
    receivers: { otlp: { protocols: { grpc: { endpoint: string } } } };
    exporters: { prometheus: { endpoint: string } };
  };
  expect(collector.exporters.prometheus.endpoint).toBe('0.0.0.0:8889');
  const [, , , graphite, , otlp = ''] = compose.services['simulators']?.command ?? [];
  expect(graphite).toBe('graphite:2003');
  expect(otlp).toBe(`http://otel-collector:${collector.receivers.otlp.protocols.grpc.endpoint.split(':')[1]}`);
});
