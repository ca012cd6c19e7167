import { createServer, type Server, type Socket } from 'node:net';
import { isObject, parseJson } from '../json.ts';
import { XorFrameError, XorFrameReader, xorDecrypt, xorEncrypt, xorFrame } from '../wire/xor.ts';
import type { Core } from './core.ts';
import type { WireFault } from './fault-plan.ts';
import { floodOf } from './flood.ts';

/** The TCP server of port 9999 (PROTOCOLS §2). */
export function xorServer(core: Core): Server {
  let underWay = 0;
  return createServer((socket) => {
    const reader = new XorFrameReader();
    let last = Promise.resolve();
    socket.on('error', () => undefined);
    socket.on('data', (segment: Buffer) => {
      for (const text of framesOf(core, socket, reader, segment)) {
        if (underWay > 0) core.ledger.tally('parallel');
        underWay += 1;
        last = last
          .then(() => later(core))
          .then(() => {
            underWay -= 1;
            answer(core, socket, text);
          });
      }
    });
  });
}

/** Answers a datagram on UDP 9999: the same without a length in front. */
export function xorDatagram(core: Core, datagram: Buffer): Buffer | undefined {
  const answer = core.askDatagram(xorDecrypt(datagram).toString('utf8'));
  return answer === undefined ? undefined : xorEncrypt(Buffer.from(answer, 'utf8'));
}

function framesOf(core: Core, socket: Socket, reader: XorFrameReader, segment: Buffer): string[] {
  try {
    return reader.read(segment);
  } catch (error) {
    if (!(error instanceof XorFrameError)) throw error;
    core.ledger.tally('malformed');
    socket.destroy();
    return [];
  }
}

/** After the delay, and never before the requests of this turn were all counted. */
function later({ settings }: Core): Promise<void> {
  const { answerDelayMs } = settings.http;
  return new Promise((resolve) => {
    if (answerDelayMs > 0) settings.clock.after(answerDelayMs, resolve);
    else setImmediate(resolve);
  });
}

function answer(core: Core, socket: Socket, text: string): void {
  if (core.plan.silent || socket.destroyed) return;
  const outcome = core.ask(text, 'xor');
  // What is no JSON ends the conversation; there is no answer that says so.
  if (!isObject(parseJson(text))) socket.destroy();
  else if ('fault' in outcome) commit(core, socket, outcome.fault);
  else socket.write(xorFrame(outcome.text));
}

function commit(core: Core, socket: Socket, fault: WireFault): void {
  const endless = Buffer.from([0xff, 0xff, 0xff, 0xff]);
  if (fault === 'hang') return;
  if (fault === 'garbage') socket.write(Buffer.concat([Buffer.from([0, 0, 0, 64]), core.settings.randomBytes(64)]));
  else if (fault === 'huge') socket.write(Buffer.concat([endless, core.settings.randomBytes(64)]));
  else if (fault === 'flood') {
    socket.write(endless);
    floodOf(core.settings.randomBytes(1024)).pipe(socket);
  } else socket.resetAndDestroy();
}
