import { DeviceError, type FaultReason } from '../device-error.ts';
import { ExchangeQueue } from '../exchange/exchange-queue.ts';
import type { Transport } from '../transport.ts';
import { parseAddress } from './address.ts';
import type { ConnectionHint } from './hint.ts';
import { search } from './search.ts';
import { type ConnectDeps, type Link, transportFor } from './way.ts';

/** A device to talk to. */
export interface ConnectTarget {
  /** `host`, `host:port`, `xor://host`, `http://host:port`. */
  readonly address: string;

  /** What discovery says. Without it the way is found by trying. */
  readonly hint?: ConnectionHint | undefined;
}

/** The way to one device, whatever its firmware makes of it. */
export interface Connection {
  /**
   * The way that works: the same link as long as it does, another one once a firmware update has changed the protocol.
   *
   * Without a hint, the first call finds it, and logs in. With one, nothing is sent until the link is used.
   *
   * @throws {DeviceError} when there is none now
   * @throws the signal's reason when that fires
   */
  open(signal: AbortSignal): Promise<Link>;

  /** Closes the link. Exchanges under way are rejected; what worked is remembered. */
  close(): void;
}

/** How many exchanges in a row fail as if the protocol had changed before it is looked for anew. */
const FAILURES_BEFORE_SEARCH = 3;

/**
 * Signs of a device that speaks another protocol now: nobody listens where it listened, or the answer is none. Wrong
 * credentials and silence are not: the first is the device speaking, the second most often a device without power.
 */
const SIGNS_OF_CHANGE: ReadonlySet<FaultReason> = new Set(['refused', 'protocol', 'third_party_disabled']);

/**
 * Connects to a device when it is first used.
 *
 * @throws {InvalidAddressError}
 */
export function connectTo(target: ConnectTarget, deps: ConnectDeps = {}): Connection {
  const address = parseAddress(target.address);
  const { hint } = target;
  const queue = new ExchangeQueue();
  let failures = 0;
  let link = hint && watched({ transport: transportFor(address.host, hint, deps), payload: hint.payload });

  function watched({ transport, payload }: Link): Link {
    const told: Transport = {
      get protocol() {
        return transport.protocol;
      },
      async exchange(request, signal) {
        try {
          const answer = await transport.exchange(request, signal);
          failures = 0;
          return answer;
        } catch (error) {
          if (error instanceof DeviceError && SIGNS_OF_CHANGE.has(error.reason)) failures += 1;
          throw error;
        }
      },
      close: () => transport.close(),
    };
    return { transport: told, payload };
  }

  async function open(signal: AbortSignal): Promise<Link> {
    if (link !== undefined && failures < FAILURES_BEFORE_SEARCH) return link;
    // Whether it finds anything or not: a device that is only unplugged is not searched for at every turn.
    failures = 0;
    // Devices have few sessions and connections to give.
    link?.transport.close();
    link = watched(await search({ address, hint }, deps, signal));
    return link;
  }

  return {
    open: (signal) => queue.run(open, signal),
    close() {
      queue.close();
      link?.transport.close();
    },
  };
}
