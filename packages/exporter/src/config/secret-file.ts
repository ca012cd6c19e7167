import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Secret } from './secret.ts';

/** A secret longer than this is another file given by mistake. */
const MAX_BYTES = 64 * 1024;

/** A secret's file that cannot be used; the message names the path, never the content. */
export class SecretFileError extends Error {}

/**
 * The secret in a file, without the line feed that editors leave at its end.
 *
 * @param path relative to `folder`
 * @throws {SecretFileError}
 */
export function readSecretFile(path: string, folder: string): Secret {
  const file = resolve(folder, path);
  const read = (): string => readSecret(file);
  return new Secret(read(), read);
}

function readSecret(file: string): string {
  const content = readBytes(file);
  if (content.length > MAX_BYTES) throw new SecretFileError(`${file} is longer than ${MAX_BYTES} bytes`);
  const secret = content.toString('utf8').replace(/\r?\n$/, '');
  if (secret === '') throw new SecretFileError(`${file} is empty`);
  return secret;
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new SecretFileError(`${file} cannot be read (${code ?? 'unknown error'})`, { cause });
  }
}
