import {
  KlapCipher,
  type KlapSecrets,
  type KlapVersion,
  klapAuthHash,
  klapClientHash,
  klapServerHash,
} from '../wire/klap.ts';
import type { Core } from './core.ts';
import { wireFault } from './fault-plan.ts';
import { Sessions } from './sessions.ts';
import { bytes, type WebAnswer, type WebRequest } from './web.ts';

interface KlapSession {
  readonly cipher: KlapCipher;
  sequence: number;
}

const FORBIDDEN: WebAnswer = { status: 403 };
const BAD_REQUEST: WebAnswer = { status: 400 };

/** The device's side of KLAP, v1 and v2 (PROTOCOLS §4). */
export class KlapService {
  readonly #core: Core;
  readonly #sessions: Sessions<KlapSession>;
  /** Handshakes that wait for their second step, by cookie. */
  readonly #begun = new Map<string, KlapSecrets>();

  constructor(core: Core) {
    this.#core = core;
    this.#sessions = new Sessions(core.settings);
  }

  handle(request: WebRequest): WebAnswer {
    if (!this.#core.account.isThirdPartyOn) return this.#thirdPartyOff(request);
    switch (request.path) {
      case '/app/handshake1':
        return this.#handshake1(request);
      case '/app/handshake2':
        return this.#handshake2(request);
      default:
        return this.#request(request);
    }
  }

  /** Forgets everybody. */
  expire(): void {
    this.#sessions.clear();
    this.#begun.clear();
  }

  get #version(): KlapVersion {
    return this.#core.speaks('klap2') ? 2 : 1;
  }

  get #transport(): 'klap' | 'klap2' {
    return this.#version === 2 ? 'klap2' : 'klap';
  }

  #thirdPartyOff({ path }: WebRequest): WebAnswer {
    this.expire();
    if (path === '/app/handshake1') this.#core.step(this.#transport, 'handshake1', 403);
    return FORBIDDEN;
  }

  #handshake1({ body }: WebRequest): WebAnswer {
    const { settings, account, plan, ledger } = this.#core;
    const fault = plan.take('login');
    if (body.length !== 16) {
      ledger.tally('malformed');
      return BAD_REQUEST;
    }
    const isRejected = plan.takeRejection();
    const secrets: KlapSecrets = {
      version: this.#version,
      localSeed: body,
      remoteSeed: settings.randomBytes(16),
      // A hash that no credentials have: the client sees for itself that its own are wrong.
      authHash: isRejected ? settings.randomBytes(32) : klapAuthHash(this.#version, account.login),
    };
    const cookie = this.#sessions.newId(16);
    // A client that never comes back for its second step must not cost memory.
    if (this.#begun.size >= 100) this.#begun.clear();
    this.#begun.set(cookie, secrets);
    this.#core.step(this.#transport, 'handshake1', 0);
    if (fault !== undefined) return { fault: wireFault(fault) };
    return bytes(Buffer.concat([secrets.remoteSeed, klapServerHash(secrets)]), cookie);
  }

  #handshake2({ body, session = '' }: WebRequest): WebAnswer {
    const secrets = this.#begun.get(session);
    this.#begun.delete(session);
    const isRight = secrets !== undefined && klapClientHash(secrets).equals(body);
    this.#core.step(this.#transport, 'handshake2', isRight ? 0 : 403, isRight ? 'logged-in' : 'failed');
    if (!isRight) return FORBIDDEN;
    const cipher = new KlapCipher(secrets);
    this.#sessions.open(session, { cipher, sequence: cipher.initialSequence });
    return { status: 200 };
  }

  #request({ body, query, session: id }: WebRequest): WebAnswer {
    const session = this.#sessions.find(id);
    const sequence = sequenceOf(query.get('seq'));
    if (session === undefined || sequence === undefined || !this.#isNext(session, sequence)) return this.#refuse(id);
    const text = session.cipher.open(body, sequence);
    if (text === undefined) return this.#refuse(id);
    session.sequence = sequence;
    const outcome = this.#core.ask(text, this.#transport);
    return 'fault' in outcome ? outcome : bytes(session.cipher.seal(outcome.text, sequence));
  }

  #isNext({ sequence }: KlapSession, found: number): boolean {
    return this.#core.settings.session.sequence === 'exact' ? found === sequence + 1 : found > sequence;
  }

  /** Whoever cannot go on where the session stands has none any more. */
  #refuse(id: string | undefined): WebAnswer {
    this.#sessions.end(id);
    this.#core.ledger.tally('refused');
    return FORBIDDEN;
  }
}

function sequenceOf(text: string | null): number | undefined {
  const number = /^-?\d{1,10}$/.test(text ?? '') ? Number(text) : undefined;
  return number !== undefined && number >= -(2 ** 31) && number < 2 ** 31 ? number : undefined;
}
