import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a legacy device does with a request: writes and closes as it likes. */
export type XorHandler = (request: string, socket: Socket, connection: number) => void;

/** A legacy device on loopback that ends with the test. */
export async function xorDevice(handle: XorHandler): Promise<{ readonly port: number; readonly connections: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const connection = sockets.size;
    socket.on('error', () => undefined);
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readUInt32BE()) {
        const end = 4 + received.readUInt32BE();
        handle(xor(received.subarray(4, end), false).toString(), socket, connection);
        received = received.subarray(end);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return sockets.size;
    },
  };
}

/** The bytes of an answer on the wire. */
export function xorFrame(text: string): Buffer {
  const cipherText = xor(Buffer.from(text), true);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(cipherText.length);
  return Buffer.concat([length, cipherText]);
}

function xor(bytes: Buffer, isPlain: boolean): Buffer {
  let key = 0xab;
  return Buffer.from(
    bytes.map((byte) => {
      const mixed = byte ^ key;
      key = isPlain ? mixed : byte;
      return mixed;
    }),
  );
}
