import { checkHost } from './options.ts';
import type { Core } from './server/core.ts';
import type { AnswerFault, FaultPhase } from './server/fault-plan.ts';
import type { Ports } from './server/ports.ts';
import { checkTransport, type TplinkTransport } from './transport.ts';

/** Everything that can go wrong with a TP-Link device, on command. What is planned stays until used up or cleared. */
export class TplinkFaults {
  readonly #core: Core;
  readonly #ports: Ports;

  constructor(core: Core, ports: Ports) {
    this.#core = core;
    this.#ports = ports;
  }

  /**
   * The next answers go wrong.
   *
   * @param phase messages with a payload, or the steps of a login. Default request
   */
  next(fault: AnswerFault, times = 1, phase: FaultPhase = 'request'): void {
    this.#core.plan.next(fault, times, phase);
  }

  /** Every n-th answer goes wrong, until {@link clear}. */
  every(n: number, fault: AnswerFault, phase: FaultPhase = 'request'): void {
    this.#core.plan.every(n, fault, phase);
  }

  /** Refuses so many logins, whatever they prove. Default: all. */
  rejectLogins(times = Number.POSITIVE_INFINITY): void {
    this.#core.plan.rejections = times;
  }

  /** Ends {@link rejectLogins}. */
  acceptLogins(): void {
    this.#core.plan.rejections = 0;
  }

  /** The account has another password from now on; sessions live on. */
  changePassword(password: string): void {
    this.#core.account.password = password;
  }

  /** AES and TPAP answer logins with -40404 for so long. */
  lockOut(forMs: number): void {
    this.#core.account.lock(forMs);
  }

  /** Ends a lock-out. */
  pardon(): void {
    this.#core.account.unlock();
  }

  /** The device forgets every session, as after a restart or a login of the app. */
  expireSessions(): void {
    this.#ports.router.expire();
  }

  /** KLAP answers 403 and AES 1003 to everything; XOR and TPAP are not touched. */
  thirdPartyOff(): void {
    this.#core.account.isThirdPartyOn = false;
    this.#ports.router.expire();
  }

  /** Ends {@link thirdPartyOff}. */
  thirdPartyOn(): void {
    this.#core.account.isThirdPartyOn = true;
  }

  /** The device lost the time: `get_energy_usage` says -2201, its clock is in the year 2000. */
  loseClock(): void {
    this.#core.board.isClockLost = true;
  }

  /** Ends {@link loseClock}. */
  findClock(): void {
    this.#core.board.isClockLost = false;
  }

  /** Sends the next AES answers unencrypted in `response`, as some devices do now and then. */
  answerUnencrypted(times = 1): void {
    this.#core.plan.unencrypted = times;
  }

  /** Takes connections, requests and datagrams, and answers nothing. */
  goSilent(): void {
    this.#core.plan.silent = true;
  }

  /** Ends {@link goSilent}; what was not answered meanwhile stays unanswered. */
  speakAgain(): void {
    this.#core.plan.silent = false;
  }

  /** Loses every n-th datagram of discovery; 0 loses none, 1 all. */
  loseDatagrams(everyNth: number): void {
    this.#core.plan.loseEvery = everyNth;
  }

  /** Resets every TCP connection. */
  dropConnections(): void {
    this.#ports.reset();
  }

  /** Unplugged: connections are reset, new ones refused, datagrams unanswered. Sessions are lost. */
  async unplug(): Promise<void> {
    this.#ports.router.expire();
    await this.#ports.close();
  }

  /** Ends {@link unplug}: the same device on the same ports. */
  async plugIn(): Promise<void> {
    await this.#ports.open();
  }

  /** Another address out of loopback, the same ports, as after a new DHCP lease. */
  async moveTo(host: string): Promise<void> {
    checkHost(host);
    await this.unplug();
    this.#core.moveTo(host);
    await this.plugIn();
  }

  /**
   * A firmware update: the device restarts and speaks another transport.
   *
   * @param firmware its new version, where the device tells one
   * @throws TransportError when the transport does not carry what the device says
   */
  async installFirmware(transport: TplinkTransport, firmware?: string): Promise<void> {
    checkTransport(transport, this.#core.board.model.kind);
    await this.unplug();
    this.#core.update(transport, firmware);
    await this.plugIn();
  }

  /** Nothing is planned any more: silence, rejections, losses and answers gone wrong. */
  clear(): void {
    this.#core.plan.clear();
  }
}
