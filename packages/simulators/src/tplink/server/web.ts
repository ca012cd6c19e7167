import type { IncomingMessage } from 'node:http';
import type { WireFault } from './fault-plan.ts';

/** A request as the little web server of a device sees it. */
export interface WebRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** The session's id, when exactly the one cookie came back that was given; TIMEOUT must not (PROTOCOLS §1). */
  readonly session: string | undefined;
}

/** What it answers. */
export interface WebReply {
  readonly status: number;
  readonly body?: Buffer;
  readonly type?: string;
  /** A session that begins with this answer. */
  readonly cookie?: string;
}

/** What it answers, or how it fails to. */
export type WebAnswer = WebReply | { readonly fault: WireFault };

/** An answer of bytes. */
export function bytes(body: Buffer, cookie?: string): WebReply {
  return { status: 200, body, type: 'application/octet-stream', ...(cookie === undefined ? {} : { cookie }) };
}

/** An answer of JSON in the clear. */
export function json(body: object, cookie?: string): WebReply {
  const text = Buffer.from(JSON.stringify(body), 'utf8');
  return {
    status: 200,
    body: text,
    type: 'application/json;charset=UTF-8',
    ...(cookie === undefined ? {} : { cookie }),
  };
}

/** Beyond this nothing is read: the largest requests have some hundred bytes. */
const LARGEST_BODY = 64 * 1024;

/** The whole body; undefined when it is too long, in which case the connection is reset, or the client went away. */
export function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > LARGEST_BODY) request.socket.resetAndDestroy();
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', () => resolve(undefined));
    request.once('close', () => resolve(undefined));
  });
}

/** Whether the length stands behind `Content-Length` in this very case. */
export function hasExactLength(request: IncomingMessage): boolean {
  return request.rawHeaders.some((text, index) => index % 2 === 0 && text === 'Content-Length');
}

/** The value of the cookie, if the header is that one cookie and nothing else. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const [found, value, ...rest] = (header ?? '').split('=');
  const isAlone = found === name && value !== undefined && rest.length === 0 && !value.includes(';');
  return isAlone ? value : undefined;
}
