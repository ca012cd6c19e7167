import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { describeError, type Log } from '@device-exporters/exporter';
import { parseStoredToken, type Token } from '@device-exporters/loxone-auth';

/** Keeps one Miniserver's login token over reconnects and, in a file, over restarts. */
export interface TokenStore {
  /** Whether the token outlives the process. */
  readonly isLasting: boolean;
  get(): Token | undefined;
  set(token: Token | undefined): void;
}

/** A store that forgets with the process. */
export function memoryTokenStore(): TokenStore {
  let token: Token | undefined;
  return {
    isLasting: false,
    get: () => token,
    set: (next) => {
      token = next;
    },
  };
}

/**
 * A store in a file that only its owner can read. Several Miniservers may share the file.
 *
 * A file that cannot be read means no token, one that cannot be written a token for this process only: both cost a
 * warning and a login with the password, nothing more.
 *
 * @param owner tells whose token it is: Miniserver, address and user, as a token of another user is of no use
 */
export function fileTokenStore(path: string, owner: string, log: Log): TokenStore {
  let token = read();

  function tokens(): Record<string, unknown> {
    try {
      const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
      return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {};
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      // The parser's message would quote the file.
      const err = error instanceof SyntaxError ? 'no valid JSON' : describeError(error);
      log.warn({ file: path, err }, 'the token file cannot be read; logging in with the password');
      return {};
    }
  }

  function read(): Token | undefined {
    const stored = tokens()[owner];
    if (stored === undefined) return undefined;
    try {
      return parseStoredToken(stored);
    } catch (err) {
      log.warn({ file: path, err }, 'the token file holds no usable token; logging in with the password');
      return undefined;
    }
  }

  function write(next: Token | undefined): void {
    const { [owner]: _previous, ...others } = tokens();
    const content = JSON.stringify(next === undefined ? others : { ...others, [owner]: next });
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      // Written beside and renamed: whoever reads meanwhile finds the old file or the new one.
      writeFileSync(temporary, content, { mode: 0o600 });
      renameSync(temporary, path);
    } catch (err) {
      log.warn({ file: path, err }, 'the token file cannot be written; the token will not outlive this process');
      rmSync(temporary, { force: true });
    }
  }

  return {
    isLasting: true,
    get: () => token,
    set: (next) => {
      if (token === next) return;
      token = next;
      write(next);
    },
  };
}
