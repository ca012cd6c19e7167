/** One flag of the command line. */
export interface Flag {
  /** Without its dashes. */
  readonly name: string;
  readonly short?: string;
  readonly aliases?: readonly string[];
  /** Stands for the value in the help text; a flag without one is a switch. */
  readonly value?: string;
  readonly repeatable?: true;
  /** Why it is refused, and what to do instead: for flags that people expect and that would do harm. */
  readonly refusal?: string;
  readonly doc: string;
}

/** The flags that every app has. */
export const COMMON_FLAGS = [
  {
    name: 'config.file',
    short: 'c',
    aliases: ['config'],
    value: 'FILE',
    doc: 'Configuration file (YAML). Default: config.yml or config.yaml in the working directory, if there is one.',
  },
  { name: 'config.check', doc: 'Check the configuration, print every problem and exit with 0 or 1.' },
  { name: 'config.allow-unknown-keys', doc: 'Warn about keys that are not known instead of refusing them.' },
  {
    name: 'web.listen-address',
    value: 'HOST:PORT',
    repeatable: true,
    doc: 'Address to serve on; may be given several times. Forms: host:port, [::1]:port, :port.',
  },
  { name: 'web.telemetry-path', value: 'PATH', doc: 'Path of the metrics. Default: /metrics.' },
  {
    name: 'web.health-address',
    value: 'HOST:PORT',
    doc: 'Serve /-/healthy and /-/ready there as well, and nothing else.',
  },
  {
    name: 'web.config.file',
    value: 'FILE',
    doc: 'TLS, client certificates, basic authentication and headers, in the format of the Prometheus exporters.',
  },
  { name: 'log.level', value: 'LEVEL', doc: 'debug, info, warning or error.' },
  { name: 'log.format', value: 'FORMAT', doc: 'logfmt or json.' },
  { name: 'collector.nodejs', doc: 'Also export the event loop, heap and garbage collection of the runtime.' },
  { name: 'version', doc: 'Print the version and exit.' },
  { name: 'help', short: 'h', doc: 'Print this text and exit.' },
] as const satisfies readonly Flag[];
