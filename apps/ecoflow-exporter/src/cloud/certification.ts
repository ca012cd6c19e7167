import { BadAnswerError } from './errors.ts';

/** An account at the broker. */
export interface Certification {
  readonly account: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  /** Whether the cloud names plain MQTT; it does so in tests only. */
  readonly isPlain: boolean;
}

/** @throws {BadAnswerError} when an answer is no certification; its values are never quoted */
export function readCertification(data: unknown, what: string): Certification {
  const { certificateAccount, certificatePassword, url, port, protocol } = (data ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const portNumber = Number(port);
  const isComplete = [certificateAccount, certificatePassword, url].every(
    (text) => typeof text === 'string' && text !== '',
  );
  if (!isComplete || !Number.isInteger(portNumber) || portNumber < 1 || portNumber > 65_535) {
    throw new BadAnswerError(`${what}: expected an account at the broker`);
  }
  return {
    account: String(certificateAccount),
    password: String(certificatePassword),
    host: String(url),
    port: portNumber,
    isPlain: protocol === 'mqtt' || protocol === 'tcp',
  };
}
