import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { startCarbonSink } from '../../src/index.ts';

async function open({ host, port }: { readonly host: string; readonly port: number }): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

test('complete lines count, the last one only with its line feed', async () => {
  await using carbon = await startCarbonSink();
  const socket = await open(carbon);
  socket.write('a.b 1.5 1700000000\na.c -1e-07 17000');
  await carbon.ledger.until(({ lines }) => lines.length === 1);
  socket.end('00001\na.d 3 1700');
  await once(socket, 'end');
  expect(carbon.ledger.points).toEqual([
    { path: 'a.b', value: 1.5, timestampSeconds: 1_700_000_000 },
    { path: 'a.c', value: -1e-7, timestampSeconds: 1_700_000_001 },
  ]);
  await carbon.ledger.until(({ tornBytes }) => tornBytes === 'a.d 3 1700'.length);
});

test.each(['a 1', 'a 1 2 3', 'a nan 1', 'a inf 1', 'a 1 nan', 'a x 1', 'bü 1 1', '', `${'x'.repeat(16_384)} 1 1`])(
  '%j is no line',
  async (line) => {
    await using carbon = await startCarbonSink();
    const socket = await open(carbon);
    socket.end(`${line}\ngood 1 1\n`);
    await carbon.ledger.until(({ lines }) => lines.length === 2);
    expect(carbon.ledger.invalid).toEqual([line]);
    expect(carbon.ledger.points).toHaveLength(1);
  },
);

test('messages are read, however they are cut; one that cannot be read does no harm', async () => {
  await using carbon = await startCarbonSink({ protocol: 'pickle' });
  const socket = await open(carbon);
  // pickle.dumps([('a.b', (1700000000, 0.5))], 2)
  const body = Buffer.from('80025d71005803000000612e6271014a00f15365473fe0000000000000867102867103612e', 'hex');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const garbage = Buffer.from([0, 0, 0, 2, 0x63, 0x2e]);
  for (const byte of Buffer.concat([length, body, garbage, length, body])) socket.write(Buffer.of(byte));
  await carbon.ledger.until(({ frames }) => frames.length === 3);
  expect(carbon.ledger.invalid).toEqual(['632e']);
  const point = { path: 'a.b', value: 0.5, timestampSeconds: 1_700_000_000 };
  expect(carbon.ledger.points).toEqual([point, point]);
});

test('a Carbon that refuses comes back on the same port', async () => {
  await using carbon = await startCarbonSink();
  const socket = await open(carbon);
  await carbon.ledger.until(({ connectionsOpen }) => connectionsOpen === 1);
  await carbon.faults.refuse();
  await expect.poll(() => socket.destroyed).toBe(true);
  await expect(open(carbon)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await carbon.faults.listenAgain();
  (await open(carbon)).end();
  await carbon.ledger.until(({ completed }) => completed === 1);
});

test('a Carbon that stalls accepts, and reads what has come in once it goes on', async () => {
  await using carbon = await startCarbonSink();
  carbon.faults.stall();
  const socket = await open(carbon);
  socket.end('a 1 1\n');
  await carbon.ledger.until(({ connectionsOpen }) => connectionsOpen === 1);
  expect(carbon.ledger.lines).toEqual([]);
  carbon.faults.readAgain();
  await carbon.ledger.until(({ completed }) => completed === 1);
  expect(carbon.ledger.lines).toEqual(['a 1 1']);
});

test.each([
  ['a reset', { kind: 'reset', afterBytes: 8 }, ['a 1 1']],
  ['a close', { kind: 'close_early', afterBytes: 8 }, ['a 1 1']],
  ['a close at once', { kind: 'close_early' }, []],
] as const)('%s ends one connection, and the next is served', async (_, fault, lines) => {
  await using carbon = await startCarbonSink();
  carbon.faults.next(fault);
  const first = await open(carbon);
  first.write('a 1 1\nb 2 2\n');
  await carbon.ledger.until(
    ({ connectionsOpened, connectionsOpen }) => connectionsOpened === 1 && connectionsOpen === 0,
  );
  expect(carbon.ledger.lines).toEqual(lines);
  (await open(carbon)).end('c 3 3\n');
  await carbon.ledger.until(({ completed }) => completed === 1);
  expect(carbon.ledger.lines).toEqual([...lines, 'c 3 3']);
});

test('a FIN may come first, or late', async () => {
  await using carbon = await startCarbonSink();
  carbon.faults.next({ kind: 'half_close' }, { kind: 'answer_late', delayMs: 50 });
  await once(await open(carbon), 'end');
  const socket = await open(carbon);
  const startedMs = performance.now();
  socket.end('a 1 1\n');
  await once(socket, 'end');
  expect(performance.now() - startedMs).toBeGreaterThan(40);
});
