import type { Log } from '@device-exporters/exporter';
import { COMMAND, isGeneration2, parseStructure, type Structure } from '@device-exporters/loxone-protocol';
import { type Clock, withDeadline } from '@device-exporters/retry';
import { Channel } from './channel.ts';
import type { MiniserverConfig } from './config.ts';
import { ConnectionEnded } from './end-reason.ts';
import { createEventIntake } from './event-intake.ts';
import type { House } from './house.ts';
import { type Identity, identify } from './identity.ts';
import { type Login, logIn } from './login.ts';
import type { StatusSeries } from './status-series.ts';
import { keepToken, killToken, type TokenKeeping } from './token-keeper.ts';
import type { TokenStore } from './token-store.ts';

/** What outlives a connection and makes the next one cheaper. */
export interface Memory {
  /** A Miniserver that speaks TLS is never spoken to without it again. */
  isTlsOnly: boolean;
  /** The states of the latest structure file. */
  house: House | undefined;
  /** `lastModified` of that file. */
  structureVersion: string | undefined;
  readonly tokens: TokenStore;
}

export interface SessionOptions {
  readonly config: MiniserverConfig;
  readonly memory: Memory;
  readonly status: StatusSeries;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes the house of a new structure file. */
  settle(structure: Structure, identity: Identity): House;
}

const KEEPALIVE_EVERY_MS = 30_000;
/** A little less than the minute after which a silent Miniserver must have been noticed. */
const SILENCE_MS = 58_000;
/** Giving the token back must not hold up the end of the process. */
const GOODBYE_MS = 3_000;

/**
 * One connection to a Miniserver, from the first question to its end: identify, connect, log in, learn the structure,
 * subscribe, follow.
 *
 * Ends only by rejecting: with a {@link ConnectionEnded} when the Miniserver is lost, with the signal's reason when it
 * was said goodbye to.
 *
 * @param onFollowing called once everything works and events flow
 */
export async function runSession(
  options: SessionOptions,
  signal: AbortSignal,
  onFollowing: (identity: Identity) => void,
): Promise<never> {
  const { config, memory, status, clock, log } = options;
  const identity = await identify(config, memory.isTlsOnly, signal, clock);
  memory.isTlsOnly ||= identity.endpoint.isTls;

  const events = createEventIntake({ house: () => memory.house, status, clock, log });
  const channel = await Channel.open({ endpoint: identity.endpoint, clock, signal, ...events });
  let keeping: TokenKeeping | undefined;
  try {
    const login = await interruptible(signal, logInTo(channel, identity, options));
    keeping = login && tokenKeeping(login, options);
    keeping?.onRenewed();
    await interruptible(signal, learnStructure(channel, identity, options));
    await interruptible(signal, subscribe(channel));
    onFollowing(identity);
    return await Promise.race([
      channel.ended,
      keepAlive(channel, options, signal),
      ...(keeping === undefined ? [] : [keepToken(keeping, signal)]),
    ]);
  } finally {
    if (signal.aborted && keeping !== undefined && !memory.tokens.isLasting) await giveBack(keeping, log);
    await channel.close();
  }
}

function logInTo(
  channel: Channel,
  { apiKey, publicKey }: Identity,
  options: SessionOptions,
): Promise<Login | undefined> {
  const { config, memory, status, clock } = options;
  return logIn({
    channel,
    clock,
    publicKey,
    firmware: apiKey.version,
    credentials: { user: config.username, password: config.password.reveal() },
    tokens: memory.tokens,
    installation: `loxone-exporter/${config.name}/${config.username}@${config.host}`,
    onRefused: () => status.authenticationFailures.add(),
  });
}

/** Loads the structure file if it has changed since the last connection. */
async function learnStructure(channel: Channel, identity: Identity, { memory, settle }: SessionOptions): Promise<void> {
  const { code, value } = await channel.command(COMMAND.structureVersion);
  if (code === 200 && memory.house !== undefined && value === memory.structureVersion) return;
  const structure = readStructure(await channel.file(COMMAND.structure));
  memory.house = settle(structure, identity);
  memory.structureVersion = structure.lastModified;
  if (!identity.endpoint.isTls && isGeneration2({ miniserverType: structure.miniserver.type }) === true) {
    memory.isTlsOnly = true;
    throw new ConnectionEnded('encryption', 'the structure file names a Generation 2: changing from ws to wss');
  }
}

function readStructure(bytes: Uint8Array): Structure {
  try {
    return parseStructure(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new ConnectionEnded('protocol', 'the structure file cannot be read', { cause });
  }
}

async function subscribe(channel: Channel): Promise<void> {
  const { code } = await channel.command(COMMAND.subscribe);
  if (code !== 200) throw new ConnectionEnded('protocol', `the Miniserver refuses to send its events (code ${code})`);
}

async function keepAlive(channel: Channel, { clock, status }: SessionOptions, signal: AbortSignal): Promise<never> {
  for (;;) {
    await clock.sleep(KEEPALIVE_EVERY_MS, signal);
    const roundTripMs = await channel.keepalive(SILENCE_MS);
    if (roundTripMs !== undefined) status.keepaliveRoundTrip.set(roundTripMs / 1000);
  }
}

function tokenKeeping(login: Login, { config, memory, status, clock, log }: SessionOptions): TokenKeeping {
  const { tokens } = memory;
  const onRenewed = (): void => {
    const token = tokens.get();
    if (token !== undefined) status.tokenExpiry.set(token.validUntilUnixSeconds);
  };
  return { login, tokens, user: config.username, clock, log, onRenewed };
}

async function giveBack(keeping: TokenKeeping, log: Log): Promise<void> {
  const { clock } = keeping;
  const never = new AbortController().signal;
  await withDeadline(GOODBYE_MS, () => killToken(keeping), {
    what: 'giving the token back',
    signal: never,
    clock,
  }).catch((err: unknown) => log.warn({ err }, 'the token could not be given back; it will expire by itself'));
}

/** The task, or the signal's reason as soon as that fires; the task then goes on unheeded until its channel closes. */
async function interruptible<T>(signal: AbortSignal, task: Promise<T>): Promise<T> {
  const interruption = Promise.withResolvers<never>();
  const onAbort = (): void => interruption.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([task, interruption.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
