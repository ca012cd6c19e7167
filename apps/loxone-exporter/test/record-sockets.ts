/** Loaded before a program (`node --import`): says on standard error, line by line, whom the program connects to. */
import { Socket as DatagramSocket } from 'node:dgram';
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';

function say(target: string): void {
  writeSync(2, `${JSON.stringify({ msg: 'socket', target })}\n`);
}

const connect = Socket.prototype.connect;
Socket.prototype.connect = function (this: Socket, ...args: readonly unknown[]) {
  // Within Node.js the arguments come as a list that has been put in order.
  const [options] = (Array.isArray(args[0]) ? args[0] : args) as readonly [
    { host?: string; port?: number; path?: string },
  ];
  say(options.path ?? `${options.host}:${options.port}`);
  return Reflect.apply(connect, this, args) as Socket;
};

DatagramSocket.prototype.send = () => say('a datagram');
