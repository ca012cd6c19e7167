import { createConnection, type Socket } from 'node:net';
import { FrameReader, frameOf } from './frame-reader.ts';

/** Where to connect. */
export interface XorEndpoint {
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

/** A connection that had served before broke off with no byte of the answer: another one may do. */
export class StaleConnectionError extends Error {}

/** Opens a connection. Rejects with the error of the socket. */
export function connect({ host, port, signal }: XorEndpoint): Promise<XorConnection> {
  const { promise, resolve, reject } = Promise.withResolvers<XorConnection>();
  const socket = createConnection({ host, port, noDelay: true });
  const onAbort = (): void => {
    socket.destroy();
    reject(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const onError = (error: Error): void => {
    signal.removeEventListener('abort', onAbort);
    reject(error);
  };
  socket.once('error', onError);
  socket.once('connect', () => {
    signal.removeEventListener('abort', onAbort);
    socket.off('error', onError);
    resolve(new XorConnection(socket));
  });
  return promise;
}

/** One TCP connection, for one exchange after the other. */
export class XorConnection {
  readonly #socket: Socket;
  #hasServed = false;
  #onData: ((chunk: Buffer) => void) | undefined;
  #onEnd: ((error: Error) => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    // Bytes that nobody asked for would be taken for the next answer.
    socket.on('data', (chunk) => (this.#onData === undefined ? socket.destroy() : this.#onData(chunk)));
    socket.on('error', (error) => this.#onEnd?.(error));
    socket.on('end', () => this.#onEnd?.(brokenOff()));
    socket.on('close', () => this.#onEnd?.(brokenOff()));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.readyState === 'open';
  }

  close(): void {
    this.#socket.destroy();
  }

  /**
   * Sends a request and reads one answer. Whatever goes wrong closes the connection.
   *
   * @throws {StaleConnectionError}
   * @throws {ProtocolError} when the answer is no frame
   * @throws the signal's reason, or the error of the socket
   */
  async exchange(cipherText: Buffer, signal: AbortSignal): Promise<Buffer> {
    const socket = this.#socket;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const reader = new FrameReader();
    let hasAnswer = false;
    this.#onData = (chunk) => {
      hasAnswer = true;
      try {
        const [answer, ...more] = reader.push(chunk);
        if (answer === undefined) return;
        resolve(answer);
        // What else has come would be taken for the next answer.
        if (more.length > 0 || reader.isMidFrame) socket.destroy();
      } catch (error) {
        reject(error);
      }
    };
    this.#onEnd = (error) =>
      reject(this.#hasServed && !hasAnswer ? new StaleConnectionError(error.message, { cause: error }) : error);
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.ref();
    socket.write(frameOf(cipherText));
    try {
      const answer = await promise;
      this.#hasServed = true;
      return answer;
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#onData = undefined;
      this.#onEnd = undefined;
      // An idle connection does not keep the process alive.
      socket.unref();
    }
  }
}

function brokenOff(): Error {
  return Object.assign(new Error('the device closed the connection'), { code: 'ECONNRESET' });
}
