import { AuthenticationError, DeviceError, type FaultReason, ThirdPartyDisabledError } from '../device-error.ts';
import { DeviceCodeError, TRANSPORT_CHANGED } from '../exchange/device-code.ts';
import { addressOf } from '../exchange/transport-options.ts';
import { UnexpectedStatusError } from '../http/unexpected-status-error.ts';
import type { DeviceAddress } from './address.ts';
import type { ConnectionHint } from './hint.ts';
import { type ConnectDeps, DEVICE_PORTS, type DevicePorts, type Link, tryWay, type Way } from './way.ts';

/** Where something may listen. */
interface Endpoint {
  readonly scheme: 'xor' | 'http' | 'https';
  readonly port: number;
  /** Only when nobody listens on the one before. */
  readonly isLastResort?: boolean;
}

/** What to look for. */
export interface SearchTarget {
  readonly address: DeviceAddress;
  /** Tried first. */
  readonly hint?: ConnectionHint | undefined;
}

/**
 * Finds a way to talk to a device by trying one after the other.
 *
 * Nothing is ever tried twice that counts failed logins: the first way on which the device speaks of accounts is it.
 *
 * @throws {DeviceError} the most telling one of all
 */
export async function search(target: SearchTarget, deps: ConnectDeps, signal: AbortSignal): Promise<Link> {
  const { address, hint } = target;
  const attempt = async (way: Way): Promise<Link | DeviceError> => {
    try {
      return await tryWay(address.host, way, deps, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof DeviceError) || error instanceof AuthenticationError) throw error;
      return error;
    }
  };
  const faults: DeviceError[] = [];
  if (hint !== undefined) {
    const found = await attempt(hint);
    if (!(found instanceof DeviceError)) return found;
    faults.push(found);
  }
  for (const endpoint of endpointsOf(address, deps.ports)) {
    if (endpoint.isLastResort && faults.at(-1)?.reason !== 'refused') break;
    const found = await tryEndpoint(endpoint, address.host, attempt);
    if (!(found instanceof DeviceError)) return found;
    faults.push(found);
  }
  throw mostTelling(faults);
}

function endpointsOf({ scheme, port }: DeviceAddress, ports: DevicePorts = DEVICE_PORTS): readonly Endpoint[] {
  if (scheme !== undefined) return [{ scheme, port: port ?? ports[scheme] }];
  if (port !== undefined) {
    const http: Endpoint = { scheme: 'http', port };
    const xor: Endpoint = { scheme: 'xor', port };
    return port === ports.xor ? [xor, http] : [http, xor];
  }
  return [
    { scheme: 'xor', port: ports.xor },
    { scheme: 'http', port: ports.http },
    { scheme: 'https', port: ports.https, isLastResort: true },
  ];
}

type Attempt = (way: Way) => Promise<Link | DeviceError>;

/** KLAP first, as its handshake tells most: 404 suggests AES; 403, that third-party access is off or all is TPAP. */
async function tryEndpoint({ scheme, port }: Endpoint, host: string, attempt: Attempt): Promise<Link | DeviceError> {
  const way = { port, isHttps: scheme === 'https' };
  if (scheme === 'xor') return attempt({ ...way, protocol: 'xor' });
  const first = await attempt({ ...way, protocol: 'klap2' });
  if (!(first instanceof DeviceError) || first.reason === 'refused' || first.reason === 'timeout') return first;
  const faults = [first];
  const isNotFound = first instanceof UnexpectedStatusError && first.status === 404;
  for (const protocol of isNotFound ? (['aes', 'tpap'] as const) : (['tpap', 'aes'] as const)) {
    const found = await attempt({ ...way, protocol });
    if (!(found instanceof DeviceError)) return found;
    faults.push(found);
  }
  return thirdPartyFault(faults, addressOf(host, port)) ?? first;
}

/** A device with third-party access off refuses KLAP with 403 and AES with 1003. */
function thirdPartyFault(faults: readonly DeviceError[], address: string): DeviceError | undefined {
  const told = faults.find((fault) => fault instanceof ThirdPartyDisabledError);
  if (told !== undefined) return told;
  const cause = faults.find((fault) => fault instanceof DeviceCodeError && fault.code === TRANSPORT_CHANGED);
  if (cause === undefined) return undefined;
  const message = `no protocol of ${address} accepts a login: third-party access is off (${TRANSPORT_CHANGED})`;
  return new ThirdPartyDisabledError(message, { cause });
}

const FROM_MOST_TELLING: readonly FaultReason[] = ['auth', 'third_party_disabled', 'protocol', 'timeout', 'refused'];

function mostTelling(faults: readonly DeviceError[]): DeviceError | undefined {
  const rank = ({ reason }: DeviceError): number => FROM_MOST_TELLING.indexOf(reason);
  return faults.toSorted((a, b) => rank(a) - rank(b))[0];
}
