import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/** Encrypts the way of PROTOCOLS §2, written apart from the device's. */
export function xor(bytes: Buffer, direction: 'encrypt' | 'decrypt'): Buffer {
  let key = 171;
  return Buffer.from(
    bytes.map((byte) => {
      const result = byte ^ key;
      key = direction === 'encrypt' ? result : byte;
      return result;
    }),
  );
}

/** A frame out of raw plain bytes. */
export function frame(text: string): Buffer {
  const cipher = xor(Buffer.from(text), 'encrypt');
  return Buffer.concat([Buffer.from([0, 0, cipher.length >> 8, cipher.length & 255]), cipher]);
}

/** Sends the pieces one after another over one connection, and reads so many answers. */
export function exchangeXor(
  { host, xorPort }: { readonly host: string; readonly xorPort: number },
  pieces: readonly Uint8Array[],
  answers = 1,
): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const texts: string[] = [];
    let pending: Buffer = Buffer.alloc(0);
    const socket = connect(xorPort, host, async () => {
      for (const piece of pieces) await new Promise<void>((sent) => socket.write(piece, () => sent()));
    });
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed')));
    socket.on('data', (data) => {
      pending = Buffer.concat([pending, data]);
      while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
        const end = 4 + pending.readUInt32BE(0);
        texts.push(xor(pending.subarray(4, end), 'decrypt').toString('utf8'));
        pending = pending.subarray(end);
      }
      if (texts.length < answers) return;
      resolve(texts);
      socket.destroy();
    });
  });
}

/** Asks once over a connection of its own. */
export async function askXor<T>(
  address: { readonly host: string; readonly xorPort: number },
  request: object,
): Promise<T> {
  const [text = ''] = await exchangeXor(address, [frame(JSON.stringify(request))]);
  return JSON.parse(text) as T;
}

/** A datagram that came back, and where from. */
export interface Datagram {
  readonly bytes: Buffer;
  readonly host: string;
  readonly port: number;
}

/** Sends a datagram and waits for so many answers; undefined when they did not come in time. */
export function exchangeUdp(
  to: { readonly host: string; readonly port: number },
  datagrams: readonly Uint8Array[],
  answers = 1,
  timeoutMs = 3000,
): Promise<Datagram[] | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(to.host.includes(':') ? 'udp6' : 'udp4');
    const received: Datagram[] = [];
    const end = (result: Datagram[] | undefined): void => {
      clearTimeout(timer);
      socket.close();
      resolve(result);
    };
    const timer = setTimeout(() => end(undefined), timeoutMs);
    socket.on('message', (bytes, from) => {
      received.push({ bytes, host: from.address, port: from.port });
      if (received.length === answers) end(received);
    });
    socket.bind(0, () => {
      socket.setBroadcast(true);
      for (const datagram of datagrams) socket.send(datagram, to.port, to.host);
    });
  });
}
