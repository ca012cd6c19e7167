import { isObject, type JsonObject, objectOr, parseJson, textOr } from '../json.ts';
import { loginParameters, PassthroughCipher, readHandshakeKey, wrapSessionKey } from '../wire/aes.ts';
import type { Core } from './core.ts';
import { wireFault } from './fault-plan.ts';
import { Sessions } from './sessions.ts';
import { json, type WebAnswer, type WebRequest } from './web.ts';

interface AesSession {
  readonly cipher: PassthroughCipher;
  /** Given out with a login; undefined before. */
  token: string | undefined;
}

/** Error codes of PROTOCOLS §8.3. */
const CODE = {
  transportChanged: 1003,
  expired: 9999,
  unknownMethod: -1002,
  json: -1003,
  decode: -1005,
  publicKey: -1010,
  credentials: -1501,
  locked: -40404,
} as const;

/** The device's side of AES securePassthrough (PROTOCOLS §5). */
export class AesService {
  readonly #core: Core;
  readonly #sessions: Sessions<AesSession>;

  constructor(core: Core) {
    this.#core = core;
    this.#sessions = new Sessions(core.settings);
  }

  handle(request: WebRequest): WebAnswer {
    if (!this.#core.account.isThirdPartyOn) {
      this.expire();
      this.#core.step('aes', 'handshake', CODE.transportChanged);
      return error(CODE.transportChanged);
    }
    // Without a Content-Length a device finds no body, and fails.
    if (request.body.length === 0) return { status: 500 };
    const message = parseJson(request.body.toString('utf8'));
    if (!isObject(message)) return this.#malformed(CODE.json);
    if (message['method'] === 'handshake') return this.#handshake(objectOr(message['params']));
    if (message['method'] !== 'securePassthrough') return this.#malformed(CODE.unknownMethod);
    return this.#passthrough(request, objectOr(message['params']));
  }

  /** Forgets everybody. */
  expire(): void {
    this.#sessions.clear();
  }

  #handshake({ key }: JsonObject): WebAnswer {
    const { settings, plan } = this.#core;
    const fault = plan.take('login');
    const publicKey = readHandshakeKey(textOr(key));
    this.#core.step('aes', 'handshake', publicKey === undefined ? CODE.publicKey : 0);
    if (fault !== undefined) return { fault: wireFault(fault) };
    if (publicKey === undefined) return error(CODE.publicKey);
    const keyAndIv = settings.randomBytes(32);
    const cookie = this.#sessions.newId(16);
    this.#sessions.open(cookie, { cipher: new PassthroughCipher(keyAndIv), token: undefined });
    return json({ error_code: 0, result: { key: wrapSessionKey(publicKey, keyAndIv) } }, cookie);
  }

  #passthrough({ session: id, query }: WebRequest, { request }: JsonObject): WebAnswer {
    const session = this.#sessions.find(id);
    if (session === undefined) return this.#refuse();
    const text = session.cipher.decrypt(textOr(request));
    if (text === undefined) return this.#malformed(CODE.decode);
    const inner = objectOr(parseJson(text));
    if (inner['method'] === 'login_device') return this.#login(session, id, objectOr(inner['params']));
    if (session.token === undefined || query.get('token') !== session.token) return this.#refuse();
    const outcome = this.#core.ask(text, 'aes');
    return 'fault' in outcome ? outcome : this.#answer(session, outcome.text);
  }

  #login(session: AesSession, id: string | undefined, params: JsonObject): WebAnswer {
    const { account, plan, settings } = this.#core;
    const fault = plan.take('login');
    const wanted = Object.entries(loginParameters(settings.loginVersion, account.login));
    const isRight = !plan.takeRejection() && wanted.every(([field, value]) => params[field] === value);
    const wrong = account.isLocked ? CODE.locked : CODE.credentials;
    const code = isRight && !account.isLocked ? 0 : wrong;
    this.#core.step('aes', 'login_device', code, code === 0 ? 'logged-in' : 'failed');
    if (fault !== undefined) return { fault: wireFault(fault) };
    if (code === 0) session.token = this.#sessions.newId(16);
    // Whoever was wrong has to begin with a new handshake.
    else this.#sessions.end(id);
    const answer = code === 0 ? { result: { token: session.token }, error_code: 0 } : { error_code: code };
    return this.#answer(session, JSON.stringify(answer));
  }

  #answer({ cipher }: AesSession, text: string): WebAnswer {
    const response = this.#core.plan.takeUnencrypted() ? text : cipher.encrypt(text);
    return json({ error_code: 0, result: { response } });
  }

  #refuse(): WebAnswer {
    this.#core.ledger.tally('refused');
    return error(CODE.expired);
  }

  #malformed(code: number): WebAnswer {
    this.#core.ledger.tally('malformed');
    return error(code);
  }
}

function error(error_code: number): WebAnswer {
  return json({ error_code });
}
