import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const REQUEST = 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Asks for `/metrics` over several connections, each asking again as soon as it has its answer. Below HTTP libraries, so
 * that the client costs as little as can be.
 *
 * @returns answers a second
 */
export async function hammer(port: number, connections: number, forMs: number): Promise<number> {
  const sockets = Array.from({ length: connections }, () => connect({ port, host: '127.0.0.1' }));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  let answers = 0;
  for (const socket of sockets) {
    answerBy(socket, () => {
      answers++;
      socket.write(REQUEST);
    });
  }
  const startMs = performance.now();
  for (const socket of sockets) socket.write(REQUEST);
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const perSecond = (1000 * answers) / (performance.now() - startMs);
  for (const socket of sockets) socket.destroy();
  return perSecond;
}

/** Calls back at the end of each answer; reads no more of it than its length. */
function answerBy(socket: Socket, onAnswer: () => void): void {
  let head = Buffer.alloc(0);
  let bodyLeft = 0;
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk;
    while (rest.length > 0) {
      if (bodyLeft === 0) {
        head = Buffer.concat([head, rest]);
        const end = head.indexOf(HEAD_END);
        if (end < 0) return;
        bodyLeft = lengthIn(head.subarray(0, end).toString('latin1'));
        rest = head.subarray(end + HEAD_END.length);
        head = Buffer.alloc(0);
      }
      const taken = Math.min(bodyLeft, rest.length);
      bodyLeft -= taken;
      rest = rest.subarray(taken);
      if (bodyLeft === 0) onAnswer();
    }
  });
}

function lengthIn(head: string): number {
  const length = /^HTTP\/1\.1 200 .*?^content-length: (\d+)/ims.exec(head)?.[1];
  if (length === undefined) throw new Error(`not an answer to count: ${head}`);
  return Number(length);
}
