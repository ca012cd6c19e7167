import { type Identity, identityFor, rootInfo, withIdentity } from '../capture/identity.ts';
import { isObject, type Json, parseJson } from '../json.ts';
import type { HandshakeRecord } from '../ledger.ts';
import { LedgerBook } from '../ledger-book.ts';
import type { Settings } from '../options.ts';
import { Board } from '../payload/board.ts';
import { IotPayload } from '../payload/iot.ts';
import type { Payload } from '../payload/payload.ts';
import { SmartPayload } from '../payload/smart.ts';
import type { TplinkTransport } from '../transport.ts';
import { Account } from './account.ts';
import { FaultPlan, type WireFault } from './fault-plan.ts';

/** What became of a message with a payload. */
export type Outcome = { readonly text: string } | { readonly fault: WireFault };

/** What all services of one device share. */
export class Core {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly board: Board;
  readonly payload: Payload;
  readonly account: Account;
  readonly ledger = new LedgerBook();
  readonly plan = new FaultPlan();
  /** The first one is what discovery tells. */
  transports: readonly TplinkTransport[];
  /** Where it is now; another address after a move. */
  host: string;

  constructor(settings: Settings) {
    this.settings = settings;
    this.host = settings.host;
    this.transports = [settings.transport, ...settings.alsoSpeaks];
    this.identity = identityFor(settings.model, settings.identity);
    const model = withIdentity(settings.model, this.identity, settings.host);
    this.board = new Board(model, settings.clock, settings.moving);
    this.payload =
      model.kind === 'iot' ? new IotPayload(this.board, settings.iot) : new SmartPayload(this.board, settings.smart);
    this.account = new Account(settings);
  }

  /** Whether that is one of its languages. */
  speaks(transport: TplinkTransport): boolean {
    return this.transports.includes(transport);
  }

  /** It has another address from now on. */
  moveTo(host: string): void {
    this.host = host;
    if ('ip' in rootInfo(this.board.model)) this.board.patch('get_device_info', { ip: host });
  }

  /** It speaks that from now on, and says that it has this firmware. */
  update(transport: TplinkTransport, firmware: string | undefined): void {
    this.transports = [transport];
    if (firmware === undefined) return;
    if (this.board.model.kind === 'iot') this.board.patch('system.get_sysinfo', { sw_ver: firmware });
    else this.board.patch('get_device_info', { fw_ver: firmware });
  }

  /** Answers the text of a message; writes it into the ledger, and lets happen what was planned for it. */
  ask(text: string, transport: TplinkTransport): Outcome {
    this.ledger.tally('exchanges');
    const answer = this.#answer(text, transport);
    const fault = this.plan.take('request');
    if (fault === undefined) return { text: JSON.stringify(answer) };
    if (typeof fault === 'object') return { text: JSON.stringify(this.payload.error(fault.errorCode)) };
    if (fault !== 'truncated') return { fault };
    const whole = JSON.stringify(answer);
    return { text: whole.slice(0, Math.ceil(whole.length / 2)) };
  }

  /** Writes down a step of a login; the last step, or one that failed, decides it. */
  step(transport: TplinkTransport, step: string, code: number, outcome?: 'logged-in' | 'failed'): void {
    if (outcome !== undefined) this.account.decided(outcome === 'logged-in');
    const record: HandshakeRecord = { atMs: this.settings.clock.now(), transport, step, ok: code === 0, code };
    this.ledger.handshake(record, outcome);
  }

  /** The answer to a question of discovery, which is not an exchange; undefined for what is none. */
  askDatagram(text: string): string | undefined {
    const request = parseJson(text);
    if (!isObject(request)) {
      this.ledger.tally('malformed');
      return undefined;
    }
    const atMs = this.settings.clock.now();
    const answer = this.payload.answer(request, (command) => {
      if (command.isWrite) this.ledger.request({ ...command, atMs, transport: 'xor' });
    });
    return JSON.stringify(answer);
  }

  #answer(text: string, transport: TplinkTransport): Json {
    const request = parseJson(text);
    if (!isObject(request)) this.ledger.tally('malformed');
    const atMs = this.settings.clock.now();
    return this.payload.answer(request, (command) => this.ledger.request({ ...command, atMs, transport }));
  }
}
