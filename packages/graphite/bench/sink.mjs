/** Reads everything to the end and then closes, as Carbon does, and does nothing else. Prints its port. */
import { createServer } from 'node:net';

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  socket.resume();
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
