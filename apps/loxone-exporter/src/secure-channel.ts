import type { KeyObject } from 'node:crypto';
import {
  CommandCipher,
  GET_KEY_COMMAND,
  keyExchangeCommand,
  openKeyExchange,
  parseOneTimeKey,
  SessionKey,
} from '@device-exporters/loxone-auth';
import { type Envelope, parseEnvelope } from '@device-exporters/loxone-protocol';
import type { Clock } from '@device-exporters/retry';
import type { Channel } from './channel.ts';
import { ConnectionEnded } from './end-reason.ts';

/** A channel after its key exchange: commands that nobody else can read, over plain ws too. */
export class SecureChannel {
  readonly #channel: Channel;
  readonly #cipher: CommandCipher;

  private constructor(channel: Channel, cipher: CommandCipher) {
    this.#channel = channel;
    this.#cipher = cipher;
  }

  /** Exchanges keys. @throws {ConnectionEnded} when the Miniserver refuses */
  static async over(channel: Channel, publicKey: KeyObject, clock: Clock): Promise<SecureChannel> {
    const session = new SessionKey();
    const { code, value } = await channel.command(keyExchangeCommand(session, publicKey));
    if (code !== 200)
      throw new ConnectionEnded('protocol', `the Miniserver refuses the key exchange with code ${code}`);
    // Its answer is a one-time key; reading it shows that both sides have the same session key.
    openKeyExchange(session, value);
    return new SecureChannel(channel, new CommandCipher(session, { clock }));
  }

  /** Sends a command encrypted; the answer comes in the clear. */
  command(command: string): Promise<Envelope> {
    return this.#channel.command(this.#cipher.encrypt(command));
  }

  /** Sends a command encrypted and has the answer encrypted too, as it holds a token. */
  async commandWithSecretAnswer(command: string): Promise<Envelope> {
    const answer = await this.#channel.text(this.#cipher.encryptFully(command));
    return parseEnvelope(this.#cipher.decryptAnswer(answer));
  }

  /** A fresh one-time key, good for one hash within a few seconds. */
  async oneTimeKey(): Promise<Uint8Array> {
    const { code, value } = await this.command(GET_KEY_COMMAND);
    if (code !== 200) throw new ConnectionEnded('protocol', `the Miniserver refuses a one-time key with code ${code}`);
    return parseOneTimeKey(value);
  }
}
