import { fromBase64, isObject, type JsonObject, listOr, objectOr, parseJson } from '../json.ts';
import { encodePoint } from '../wire/p256.ts';
import { credentialString, extraCrypt, registerName } from '../wire/passcode.ts';
import { SpakeDevice, verifierFor } from '../wire/spake2.ts';
import { TpapCipher } from '../wire/tpap.ts';
import type { Core } from './core.ts';
import { wireFault } from './fault-plan.ts';
import { Sessions } from './sessions.ts';
import { bytes, json, type WebAnswer, type WebRequest } from './web.ts';

interface TpapSession {
  readonly cipher: TpapCipher;
  /** The number that the next request has to have. */
  sequence: number;
}

/** Error codes of PROTOCOLS §8.3. */
const CODE = { unknownMethod: -1002, json: -1003, parameters: -1008, credentials: -1501 } as const;
const SESSION_CODE = { expired: -40401, nonce: -40413, locked: -40404 } as const;

/** The device's side of TPAP without TLS: SPAKE2+ and AES-CCM (PROTOCOLS §6). */
export class TpapService {
  readonly #core: Core;
  readonly #sessions: Sessions<TpapSession>;
  /** The exchange that waits for the client's share; a device has room for one. */
  #registered: SpakeDevice | undefined;

  constructor(core: Core) {
    this.#core = core;
    this.#sessions = new Sessions(core.settings);
  }

  /** What `discover` and discovery tell of this device. */
  static describe({ settings }: Core): JsonObject {
    return { tls: 0, dac: 0, noc: 0, pake: settings.tpap.pake, user_hash_type: settings.tpap.userHashType };
  }

  /** A step of a login, `POST /`. */
  login({ body }: WebRequest, port: number): WebAnswer {
    const fault = this.#core.plan.take('login');
    const message = parseJson(body.toString('utf8'));
    if (!isObject(message)) return this.#malformed(CODE.json);
    if (message['method'] !== 'login') return this.#malformed(CODE.unknownMethod);
    const params = objectOr(message['params']);
    const answer = this.#step(params, port);
    return fault === undefined ? answer : { fault: wireFault(fault) };
  }

  /** A request under a session, `POST /stok=<id>/ds`. */
  request({ path, body }: WebRequest): WebAnswer {
    const session = this.#sessions.find(path.slice('/stok='.length, -'/ds'.length));
    if (session === undefined) return this.#refuse(SESSION_CODE.expired);
    const message = session.cipher.open(body);
    if (message?.sequence !== session.sequence) return this.#refuse(SESSION_CODE.nonce);
    session.sequence += 1;
    const outcome = this.#core.ask(message.text, 'tpap');
    return 'fault' in outcome ? outcome : bytes(session.cipher.seal(outcome.text, message.sequence));
  }

  /** Forgets everybody. */
  expire(): void {
    this.#sessions.clear();
    this.#registered = undefined;
  }

  #step(params: JsonObject, port: number): WebAnswer {
    switch (params['sub_method']) {
      case 'discover':
        this.#core.step('tpap', 'discover', 0);
        return json({ error_code: 0, result: { mac: this.#mac, tpap: { ...TpapService.describe(this.#core), port } } });
      case 'pake_register':
        return this.#register(params);
      case 'pake_share':
        return this.#share(params);
      default:
        return this.#malformed(CODE.parameters);
    }
  }

  get #mac(): string {
    return (this.#core.identity.mac.match(/../g) ?? []).join('-');
  }

  #register(params: JsonObject): WebAnswer {
    const { settings, account } = this.#core;
    if (account.isLocked) return this.#failed('pake_register', SESSION_CODE.locked);
    const userRandom = fromBase64(params['user_random']);
    if (userRandom?.length !== 32 || !this.#isAcceptable(params)) return this.#failed('pake_register', CODE.parameters);
    const { passcode, iterations, compressedShare } = settings.tpap;
    const [salt, devRandom] = [settings.randomBytes(16), settings.randomBytes(32)];
    const credential = credentialString(passcode, account.login, this.#mac);
    const verifier = verifierFor(credential, salt, iterations);
    this.#registered = new SpakeDevice(verifier, settings.randomBytes(32), [userRandom, devRandom]);
    const extra = extraCrypt(passcode);
    this.#core.step('tpap', 'pake_register', 0);
    return json({
      error_code: 0,
      result: {
        dev_random: devRandom.toString('base64'),
        dev_salt: salt.toString('base64'),
        dev_share: encodePoint(this.#registered.share, compressedShare).toString('base64'),
        ...{ cipher_suites: 1, iterations, encryption: 'aes_128_ccm' },
        ...(extra === undefined ? {} : { extra_crypt: extra }),
      },
    });
  }

  #isAcceptable(params: JsonObject): boolean {
    const { pake, userHashType } = this.#core.settings.tpap;
    const isPasswordOfOwner = pake.includes(2) || pake.includes(5);
    return (
      params['username'] === registerName(userHashType) &&
      listOr(params['cipher_suites']).includes(1) &&
      listOr(params['encryption']).includes('aes_128_ccm') &&
      params['passcode_type'] === (isPasswordOfOwner ? 'userpw' : 'default_userpw') &&
      (params['stok'] ?? null) === null
    );
  }

  #share(params: JsonObject): WebAnswer {
    const { settings, account, plan } = this.#core;
    if (account.isLocked) return this.#failed('pake_share', SESSION_CODE.locked);
    const registered = this.#registered;
    this.#registered = undefined;
    const [share, confirm] = [fromBase64(params['user_share']), fromBase64(params['user_confirm'])];
    if (share === undefined || confirm === undefined) return this.#failed('pake_share', CODE.parameters);
    const agreement = plan.takeRejection() ? undefined : registered?.agree(share);
    if (agreement?.userConfirm.equals(confirm) !== true) return this.#failed('pake_share', CODE.credentials);
    const id = this.#sessions.newId(8);
    const sequence = settings.randomBytes(2).readUInt16BE(0);
    this.#sessions.open(id, { cipher: new TpapCipher(agreement.sharedKey), sequence });
    this.#core.step('tpap', 'pake_share', 0, 'logged-in');
    return json({
      error_code: 0,
      result: {
        dev_confirm: agreement.deviceConfirm.toString('base64'),
        ...{ [settings.tpap.sessionField]: id, start_seq: sequence, expired: settings.session.lifetimeSeconds },
      },
    });
  }

  #failed(step: string, code: number): WebAnswer {
    this.#core.step('tpap', step, code, code === CODE.credentials ? 'failed' : undefined);
    return json({ error_code: code });
  }

  #refuse(code: number): WebAnswer {
    this.#core.ledger.tally('refused');
    return json({ error_code: code });
  }

  #malformed(code: number): WebAnswer {
    this.#core.ledger.tally('malformed');
    return json({ error_code: code });
  }
}
