import * as hostile from './hostile-frames.ts';
import type { Control, Structure } from './house/structure.ts';
import type { Core } from './server/core.ts';
import type { PlannedAnswer } from './server/fault-plan.ts';
import type { Outage, Service } from './server/service.ts';
import { NIL_UUID } from './wire/uuid.ts';

/** How connections are broken off. */
export interface Drop {
  /** Code of a close frame; without it the TCP connection is reset. */
  readonly code?: number;
  readonly reason?: string;
}

/** Everything that can go wrong with a Miniserver, on command. What is planned stays until used up or cleared. */
export class Faults {
  readonly #core: Core;
  readonly #service: Service;

  constructor(core: Core, service: Service) {
    this.#core = core;
    this.#service = service;
  }

  /** Breaks all WebSocket connections; resolves when they are gone. The Miniserver goes on listening. */
  async drop({ code, reason = '' }: Drop = {}): Promise<void> {
    const sessions = this.#core.sessions.all;
    if (code === undefined) for (const session of sessions) session.reset();
    const gone = sessions.map((session) => (code === undefined ? session.ended : session.dismiss(code, reason)));
    await Promise.all(gone);
  }

  /**
   * Open connections stay open while nothing is answered or sent any more.
   *
   * @param newOnes also accept new TCP connections without ever answering, HTTP included. Default false
   */
  goSilent(newOnes = false): void {
    this.#core.plan.silent = newOnes;
    for (const session of this.#core.sessions.all) session.mute();
  }

  /** Ends {@link goSilent} and hangs; what was not answered meanwhile stays unanswered. */
  speakAgain(): void {
    this.#core.plan.silent = false;
    for (const session of this.#core.sessions.all) session.unmute();
  }

  /** A restart: out-of-service message, close, refused connections, 503, and back. Resolves when all clients are gone. */
  outOfService(outage: Outage = {}): Promise<void> {
    return this.#service.outage(outage);
  }

  /** A firmware update: close code 4007, then as {@link outOfService}. */
  installUpdate(outage: Outage = {}): Promise<void> {
    return this.#service.outage({ code: 4007, announce: false, ...outage });
  }

  /** Ends an outage now; resolves when the Miniserver listens and answers. */
  comeBack(): Promise<void> {
    return this.#service.comeBack();
  }

  /** Refuses new TCP connections while those there are live on. */
  stopListening(): void {
    this.#service.close();
  }

  /** Listens again on the same ports. */
  listenAgain(): Promise<void> {
    return this.#service.open();
  }

  /** All tokens are at the end of their life: their connections are cut with 1000, and logins with them answer 401. */
  expireTokens(): void {
    this.#core.tokens.expireAll();
  }

  /** Answers so many attempts to log in with 401, whatever they prove and whatever way they come. Default: all. */
  rejectLogins(times = Number.POSITIVE_INFINITY): void {
    this.#core.plan.rejections = times;
  }

  /** Ends {@link rejectLogins}. */
  acceptLogins(): void {
    this.#core.plan.rejections = 0;
  }

  /** Turns every new connection away with 4003 for so long, as after too many failed logins. */
  blockLogins(forMs: number): void {
    this.#core.guard.blockEveryone(forMs);
  }

  /** Forgets failed logins and blocks. */
  pardon(): void {
    this.#core.guard.pardon();
  }

  /** Changes the password: all tokens die, connections are closed with 4005 (the connected user was changed). */
  changePassword(password: string): Promise<void> {
    this.#core.account.changePassword(password);
    this.#core.tokens.killAll();
    return this.drop({ code: 4005, reason: 'user changed' });
  }

  /** Connections are closed with 4006, logins answered with 423. */
  disableUser(): Promise<void> {
    this.#core.account.disabled = true;
    return this.drop({ code: 4006, reason: 'user disabled' });
  }

  /** Ends {@link disableUser}. */
  enableUser(): void {
    this.#core.account.disabled = false;
  }

  /**
   * An upload of a new configuration: other structure, later `lastModified`, and a restart. Resolves when all clients
   * are gone.
   *
   * @param edit gets a copy of the structure file and returns the new one. Default: adds a control `Added Sensor`
   */
  async changeStructure(edit: (copy: Structure) => object = addSensor, outage: Outage = {}): Promise<void> {
    const { house } = this.#core.home;
    const lastModified = later(house.structure.lastModified);
    house.restructure({ ...edit(structuredClone(house.structure)), lastModified });
    await this.#service.outage(outage);
  }

  /**
   * The next commands that start with `command` (a path in the clear, such as `jdev/sys/getjwt`) leave their connection
   * open and silent for good.
   */
  hangOn(command: string, times = 1): void {
    this.#core.plan.hangOn(command, times);
  }

  /** Answers the next commands that start with `command` with something else than the truth. WebSocket only. */
  answerWith(command: string, answer: PlannedAnswer, times = 1): void {
    this.#core.plan.answerWith(command, answer, times);
  }

  /** Sends the structure file at this pace from now on; `undefined`: at once again. */
  slowStructure(bytesPerSecond: number | undefined): void {
    this.#core.plan.structureBytesPerSecond = bytesPerSecond;
  }

  /** Writes bytes below the WebSocket of every connection. */
  sendRaw(bytes: Buffer): void {
    for (const session of this.#core.sessions.all) session.sendRaw(bytes);
  }

  /** Sends WebSocket messages as they are to every connection: Buffers binary, texts as text. */
  async sendFrames(...frames: readonly (Buffer | string)[]): Promise<void> {
    await Promise.all(this.#core.sessions.all.map((session) => session.sendFrames(frames)));
  }

  /** Eight bytes where a header should be, none of them right. */
  sendGarbageHeader(): Promise<void> {
    return this.sendFrames(...hostile.garbageHeader());
  }

  /** A header of a kind of message that does not exist. */
  sendUnknownIdentifier(): Promise<void> {
    return this.sendFrames(...hostile.unknownIdentifier());
  }

  /** A value table cut off in its second entry. */
  sendTruncatedTable(): Promise<void> {
    return this.sendFrames(...hostile.truncatedTable(NIL_UUID));
  }

  /** A text of 0x7fffffff bytes, allegedly. */
  sendHostileTextLength(): Promise<void> {
    return this.sendFrames(...hostile.hostileTextLength(NIL_UUID));
  }

  /** Four gigabytes to come, allegedly. */
  sendAbsurdHeaderLength(): Promise<void> {
    return this.sendFrames(...hostile.absurdHeaderLength(NIL_UUID));
  }

  /** Proper events of states that stand in no structure file. */
  sendUnknownStates(count = 1): Promise<void> {
    return this.sendFrames(...hostile.unknownStates(count));
  }

  /** Nothing is planned any more, everybody is pardoned, the user enabled, silence over. Outages go on. */
  clear(): void {
    this.#core.plan.clear();
    this.pardon();
    this.enableUser();
    this.speakAgain();
  }
}

/** A minute later: uploads are seldom closer. */
function later(lastModified: string): string {
  const before = Date.parse(`${lastModified.replace(' ', 'T')}Z`);
  return new Date((Number.isNaN(before) ? 0 : before) + 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

function addSensor(copy: Structure): Structure {
  const uuidAction = '1f000000-0001-0001-ffff504f94000001';
  const sensor: Control = {
    name: 'Added Sensor',
    type: 'InfoOnlyAnalog',
    uuidAction,
    details: { format: '%.1f°' },
    states: { value: '1f000000-0001-0002-ffff504f94000001', error: '1f000000-0001-0003-ffff504f94000001' },
  };
  return { ...copy, controls: { ...copy.controls, [uuidAction]: sensor } };
}
