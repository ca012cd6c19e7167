import { ProtocolError } from '../device-error.ts';
import type { HttpResponse } from './http-client.ts';

/** An HTTP status that the protocol does not know at this point: perhaps the device speaks another one. */
export class UnexpectedStatusError extends ProtocolError {
  readonly status: number;

  constructor(what: string, status: number) {
    super(`${what}: expected HTTP status 200, found ${status}`);
    this.status = status;
  }
}

/**
 * The body of an answer.
 *
 * @throws {UnexpectedStatusError} when its status is not 200
 */
export function bodyOf({ status, body }: HttpResponse, what: string): Buffer {
  if (status !== 200) throw new UnexpectedStatusError(what, status);
  return body;
}
