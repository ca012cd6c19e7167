import { readFile } from 'node:fs/promises';
import type { ResolvedSettings } from '../settings/settings.ts';
import { ExportError } from './export-error.ts';

/** PEM texts. */
export interface TlsMaterial {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

/** Reads the files, anew for each connection: certificates are renewed while programs run. @throws {ExportError} */
export async function readTlsFiles({ caFile, certFile, keyFile }: ResolvedSettings['tls']): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map(readPem));
  return { ca, cert, key };
}

async function readPem(file: string | undefined): Promise<Buffer | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file);
  } catch (cause) {
    throw new ExportError('tls', `cannot read ${file}`, { cause });
  }
}
