import type { ConnectionHint } from '../connect/hint.ts';
import { DEVICE_PORTS } from '../connect/way.ts';
import { flagAt, macIn, macOf, modelOf, numberAt, recordAt, textAt } from '../exchange/fields.ts';
import { isRecord, type JsonRecord } from '../exchange/json-record.ts';
import { decryptXor } from '../xor/cipher.ts';

/** A device that has answered. */
export interface DiscoveredDevice {
  /** What it is known by: its MAC address, or its id where it does not tell one. The address may change. */
  readonly key: string;
  /** Its id as discovery has it: not the one that it gives itself later. May be empty. */
  readonly discoveryId: string;
  readonly host: string;
  /** The names that were asked and have this address. */
  readonly names?: readonly string[];
  /** Without region. */
  readonly model: string;
  readonly mac: string;
  readonly hint: ConnectionHint;
}

/** Where a datagram came from. */
export interface Sender {
  readonly address: string;
  readonly port: number;
}

const HEADER_BYTES = 16;
const XOR_FIRST = 0xd0;

/** Reads an answer of either kind. Any bytes: what is no device of ours gives undefined. */
export function parseDiscoveryReply(bytes: Uint8Array, from: Sender): DiscoveredDevice | undefined {
  // `{` under the first key of XOR; the header of the other kind begins with its version.
  return bytes[0] === XOR_FIRST ? oldDevice(bytes, from) : newDevice(bytes, from);
}

function oldDevice(bytes: Uint8Array, from: Sender): DiscoveredDevice | undefined {
  const sysinfo = recordAt(recordAt(parsed(decryptXor(bytes)), 'system'), 'get_sysinfo');
  const mac = macIn(sysinfo);
  const hint = { protocol: 'xor', payload: 'iot', port: from.port, isHttps: false, loginVersion: 1 } as const;
  return device(sysinfo, { id: textAt(sysinfo, 'deviceId'), mac, model: textAt(sysinfo, 'model') }, from, hint);
}

function newDevice(bytes: Uint8Array, from: Sender): DiscoveredDevice | undefined {
  const result = recordAt(parsed(Buffer.from(bytes).toString('utf8', HEADER_BYTES)), 'result');
  const hint = hintFrom(result);
  const about = {
    id: textAt(result, 'device_id'),
    mac: macOf(textAt(result, 'mac')),
    model: textAt(result, 'device_model'),
  };
  return hint && device(result, about, from, hint);
}

function device(
  answer: JsonRecord,
  { id, mac, model }: { readonly id: string; readonly mac: string; readonly model: string },
  from: Sender,
  hint: ConnectionHint,
): DiscoveredDevice | undefined {
  const key = mac || id;
  if (key === '' || Object.keys(answer).length === 0) return undefined;
  return { key, discoveryId: id, host: from.address, model: modelOf(model), mac, hint };
}

/** Their protocol is another one, whatever they call it. */
const CAMERAS = /^SMART\.(IPCAMERA|TAPODOORBELL)/;

/**
 * How a device wants to be spoken to (table of PROTOCOLS §1). Undefined for routers, which say nothing of encryption, and
 * for what speaks as cameras do.
 */
export function hintFrom(result: JsonRecord): ConnectionHint | undefined {
  const type = textAt(result, 'device_type');
  const scheme = result['mgt_encrypt_schm'];
  if (!isRecord(scheme) || CAMERAS.test(type)) return undefined;
  const isHttps = flagAt(scheme, 'is_support_https') ?? false;
  const loginVersion = (numberAt(scheme, 'lv') ?? 0) >= 2 ? 2 : 1;
  const payload = type.startsWith('IOT.') ? 'iot' : 'smart';
  const usual = { payload, port: portAt(scheme, 'http_port') ?? 80, isHttps, loginVersion } as const;
  switch (textAt(scheme, 'encrypt_type') || textAt(recordAt(result, 'encrypt_info'), 'sym_schm')) {
    case 'AES':
      // So do the larger hubs.
      return isHttps && type === 'SMART.TAPOHUB' ? undefined : { ...usual, protocol: 'aes' };
    case 'KLAP':
      return { ...usual, protocol: isNewKlap(usual, scheme) ? 'klap2' : 'klap' };
    case 'TPAP':
      return tpapHint(usual, recordAt(result, 'tpap'), portAt(scheme, 'http_port'));
    default:
      return undefined;
  }
}

/** The port of TPAP is that of its TLS; without TLS it is the port of all HTTP. */
function tpapHint(
  usual: Omit<ConnectionHint, 'protocol'>,
  tpap: JsonRecord,
  httpPort: number | undefined,
): ConnectionHint {
  const isHttps = (numberAt(tpap, 'tls') ?? Number(usual.isHttps)) > 0;
  const own = portAt(tpap, 'port');
  const port = isHttps ? (own ?? DEVICE_PORTS.https) : (httpPort ?? own ?? DEVICE_PORTS.http);
  return { ...usual, protocol: 'tpap', port, isHttps };
}

/** All that speak the newer payload, and old ones whose firmware says so. */
function isNewKlap(hint: Pick<ConnectionHint, 'payload' | 'loginVersion'>, scheme: JsonRecord): boolean {
  return hint.payload === 'smart' || hint.loginVersion === 2 || numberAt(scheme, 'new_klap') === 1;
}

function portAt(record: JsonRecord, field: string): number | undefined {
  const port = numberAt(record, field);
  return port !== undefined && Number.isInteger(port) && port > 0 && port <= 65_535 ? port : undefined;
}

function parsed(text: string): JsonRecord {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
