import { decodePercent } from '../login/base64.ts';
import { CommandCipher } from '../login/command-cipher.ts';
import type { SessionKey } from '../login/rsa.ts';
import { SaltChain } from '../login/salt-chain.ts';
import type { Encryption } from './commands/command.ts';

/** A command as the Miniserver reads it. */
export interface OpenedCommand {
  /** In the clear and without salt; undefined when it could not be read (401, PROTOCOL §4). */
  readonly text: string | undefined;
  readonly encryption: Encryption;
}

const ENCRYPTED = /^jdev\/sys\/(f?enc)\/(.+)$/s;

/** The command encryption of one connection (PROTOCOL §5): nothing before the key exchange, strict after it. */
export class CommandChannel {
  #cipher: CommandCipher | undefined;
  #salts = new SaltChain();

  /** A key exchange: new key, and no salt known yet. Returns `text` encrypted with it. */
  start(key: SessionKey, text: string): string {
    this.#cipher = new CommandCipher(key);
    this.#salts = new SaltChain();
    return this.#cipher.encrypt(text);
  }

  /** Takes encryption and salt off what was received. */
  open(received: string): OpenedCommand {
    const [, kind, percentEncoded = ''] = ENCRYPTED.exec(received) ?? [];
    if (kind === undefined) return { text: received, encryption: 'none' };
    const plaintext = this.decrypt(decodePercent(percentEncoded) ?? '');
    const text = plaintext === undefined ? undefined : this.#salts.open(plaintext);
    return { text, encryption: kind === 'fenc' ? 'fenc' : 'enc' };
  }

  /** The text of an encrypted message, salt and all; undefined when it cannot be read. */
  decrypt(base64: string): string | undefined {
    return this.#cipher?.decrypt(base64);
  }

  /** Encrypts an answer; without a key exchange it stays in the clear. */
  seal(text: string): string {
    return this.#cipher?.encrypt(text) ?? text;
  }
}
