import { createHash } from 'node:crypto';
import { rootInfo } from '../capture/identity.ts';
import { type JsonObject, textOr } from '../json.ts';
import { discoveryDatagram, encryptInfo, readProbe } from '../wire/discovery.ts';
import type { Core } from './core.ts';
import { TpapService } from './tpap-service.ts';

/** Answers a probe on UDP 20002 (PROTOCOLS §3.2); what is none is left alone. */
export function discoveryReply(core: Core, datagram: Buffer, httpPort: number): Buffer | undefined {
  const probe = readProbe(datagram);
  if (probe === undefined) {
    core.ledger.tally('malformed');
    return undefined;
  }
  const result = describe(core, httpPort);
  const secret = { device_id: core.identity.deviceId, owner: result['owner'] ?? '', http_port: httpPort };
  const info =
    probe.rsaKey === undefined ? undefined : encryptInfo(secret, probe.rsaKey, core.settings.randomBytes(32));
  const all = info === undefined ? result : { ...result, encrypt_info: info };
  return discoveryDatagram({ error_code: 0, result: all }, probe.serial);
}

function describe(core: Core, httpPort: number): JsonObject {
  const { identity, account, board } = core;
  const info = rootInfo(board.model);
  const { owner } = account;
  const {
    ip: _ip,
    owner: _owner,
    mgt_encrypt_schm: _scheme,
    tpap: _tpap,
    ...captured
  } = board.model.discovery ?? { is_support_iot_cloud: true, obd_src: 'tplink' };
  return {
    device_type: textOr(info['type'] ?? info['mic_type']),
    device_model: textOr(info['model']),
    ...captured,
    device_id: createHash('md5').update(identity.deviceId).digest('hex'),
    mac: (identity.mac.match(/../g) ?? []).join('-'),
    owner: owner === undefined ? '' : createHash('md5').update(owner).digest('hex').toUpperCase(),
    ip: core.host,
    factory_default: owner === undefined,
    ...scheme(core, httpPort),
  };
}

/** What the transport is called here (PROTOCOLS §1). */
function scheme(core: Core, httpPort: number): JsonObject {
  const common = { is_support_https: false, http_port: httpPort };
  const { settings, board } = core;
  switch (core.transports[0]) {
    case 'aes': {
      const lv = settings.loginVersion === 2 ? { lv: 2 } : {};
      return { mgt_encrypt_schm: { ...common, encrypt_type: 'AES', ...lv } };
    }
    case 'klap2': {
      const hybrid = board.model.kind === 'iot' ? { new_klap: 1, ANS: false } : {};
      return { mgt_encrypt_schm: { ...common, encrypt_type: 'KLAP', lv: 2, ...hybrid } };
    }
    case 'tpap': {
      const tpap = { ...TpapService.describe(core), port: httpPort };
      return { mgt_encrypt_schm: { ...common, encrypt_type: 'TPAP', lv: 2 }, tpap };
    }
    default:
      return { mgt_encrypt_schm: { ...common, encrypt_type: 'KLAP' } };
  }
}
