import type { Identity } from './capture/identity.ts';
import { TplinkFaults } from './faults.ts';
import type { Json } from './json.ts';
import type { TplinkLedger } from './ledger.ts';
import { resolveOptions, type TplinkOptions } from './options.ts';
import type { ChildReference } from './payload/board.ts';
import { Core } from './server/core.ts';
import { Ports } from './server/ports.ts';
import type { TplinkTransport } from './transport.ts';

/** A running TP-Link device. */
export interface TplinkDevice extends AsyncDisposable, Identity {
  /** Its address, as it is now. */
  readonly host: string;
  /** Where KLAP, AES and TPAP are spoken; nobody listens while it speaks none of them. */
  readonly httpPort: number;
  /** Where XOR is spoken, TCP and UDP. */
  readonly xorPort: number;
  /** Where probes are answered, UDP. */
  readonly discoveryPort: number;
  /** As it is now, should an update have changed it. */
  readonly transport: TplinkTransport;
  /** The language of its requests. */
  readonly payload: 'iot' | 'smart';
  /** Full ids of outlets and sensors, in their order. */
  readonly childIds: readonly string[];
  /** Whose login is accepted. */
  readonly user: string;
  /** As it is now, should it have been changed. */
  readonly password: string;
  readonly ledger: TplinkLedger;
  readonly faults: TplinkFaults;
  /**
   * Pins one field of one reply, which time no longer moves.
   *
   * @param path method and field, `get_energy_usage.current_power` or `emeter.get_realtime.power_mw`
   * @param value undefined takes the field away
   * @param child its number from 0, or its full id; a hub's list shows the same
   * @throws UnknownChildError
   */
  setValue(path: string, value: unknown, child?: ChildReference): void;
  /** Like {@link setValue} for several fields of the reply to `command`. */
  patch(command: string, fields: Readonly<Record<string, unknown>>, child?: ChildReference): void;
  /** Pins a whole reply or, with an integer, an error code. */
  setReply(command: string, reply: unknown, child?: ChildReference): void;
  /** Closes everything; resolves when the ports are free. */
  stop(): Promise<void>;
}

/**
 * Starts a TP-Link device on loopback.
 *
 * @throws TplinkOptionError, TransportError, CaptureError for options that cannot be served
 * @throws TplinkListenError when a port cannot be had
 */
export async function startTplinkDevice(options: TplinkOptions = {}): Promise<TplinkDevice> {
  const core = new Core(resolveOptions(options));
  const ports = new Ports(core);
  try {
    await ports.reserve();
    await ports.open();
  } catch (error) {
    await ports.close();
    throw error;
  }
  return handle(core, ports);
}

function handle(core: Core, ports: Ports): TplinkDevice {
  const { board } = core;
  const stop = (): Promise<void> => ports.close();
  return {
    ...core.identity,
    get host() {
      return core.host;
    },
    httpPort: ports.web.port,
    xorPort: ports.xor.port,
    discoveryPort: ports.discovery.port,
    get transport() {
      return core.transports[0] ?? core.settings.transport;
    },
    payload: board.model.kind,
    childIds: board.model.children.map(({ id }) => id),
    get user() {
      return core.account.login.user;
    },
    get password() {
      return core.account.login.password;
    },
    ledger: core.ledger,
    faults: new TplinkFaults(core, ports),
    setValue: (path, value, child) => {
      const dot = path.lastIndexOf('.');
      board.patch(path.slice(0, dot), { [path.slice(dot + 1)]: value }, child);
    },
    patch: (command, fields, child) => board.patch(command, fields, child),
    setReply: (command, reply, child) => board.set(command, reply as Json, child),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
