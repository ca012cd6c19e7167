import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ManualClock } from '../../clock.ts';
import { IDENTIFIER } from '../wire/header.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';

/** An outbox over a socket that only notes what is done to it. */
function open(options: Partial<OutboxOptions> = {}) {
  const clock = new ManualClock(0);
  const done: string[] = [];
  const note = (what: string) => () => done.push(what);
  const transport = { cork: note('cork'), uncork: note('uncork') };
  const send = (data: Buffer, { binary, fin }: { binary: boolean; fin: boolean }) =>
    done.push(`${binary ? 'binary' : 'text'} ${data.length}${fin ? '' : ' …'}`);
  const settings = { framing: 'plain', estimateFromBytes: Number.POSITIVE_INFINITY, ...options } as const;
  const outbox = new Outbox({ send } as unknown as WebSocket, transport as unknown as Socket, settings, clock);
  return { outbox, done, clock };
}

const ANSWER = { identifier: IDENTIFIER.text, payload: Buffer.alloc(16), asText: true } as const;

describe('an outbox', () => {
  it('sends a header and then the payload, and a signal as a header alone', async () => {
    const { outbox, done } = open({ estimateFromBytes: 17 });
    await outbox.send(ANSWER);
    await outbox.send({ identifier: IDENTIFIER.keepalive });
    expect(done).toEqual(['binary 8', 'text 16', 'binary 8']);
  });

  it('sends an estimated header first when the payload is large enough', async () => {
    const { outbox, done } = open({ estimateFromBytes: 16 });
    await outbox.send(ANSWER);
    expect(done).toEqual(['binary 8', 'binary 8', 'text 16']);
  });

  it('holds header and payload together when they are to be glued', async () => {
    const { outbox, done } = open({ framing: 'glued' });
    await outbox.send(ANSWER);
    expect(done).toEqual(['cork', 'binary 8', 'text 16', 'uncork']);
  });

  it('cuts everything into fragments when it is to be split, and says when the last one goes', async () => {
    const { outbox, done } = open({ framing: 'split' });
    await outbox.send(ANSWER, () => done.push('last'));
    const text = ['text 3 …', 'text 3 …', 'text 3 …', 'text 3 …', 'text 3 …', 'last', 'text 1'];
    expect(done).toEqual(['binary 3 …', 'binary 3 …', 'binary 2', ...text]);
  });

  it('trickles no faster than told, while what comes after waits, and gives up when it is to finish', async () => {
    const { outbox, done, clock } = open();
    void outbox.send({ ...ANSWER, bytesPerSecond: 250 });
    const signal = outbox.send({ identifier: IDENTIFIER.keepalive });
    const passed = async (ms: number): Promise<string[]> => {
      clock.advance(ms);
      for (let step = 0; step < 10; step += 1) await Promise.resolve();
      return done;
    };
    expect(await passed(0)).toEqual(['binary 5 …']);
    expect(await passed(19)).toEqual(['binary 5 …']);
    expect(await passed(1)).toEqual(['binary 5 …', 'binary 3']);
    expect(await passed(20)).toEqual(['binary 5 …', 'binary 3', 'text 5 …']);
    await outbox.finish();
    await signal;
    expect(done).toEqual(['binary 5 …', 'binary 3', 'text 5 …', 'binary 8']);
  });

  it('sends nothing while muted', async () => {
    const { outbox, done } = open();
    outbox.muted = true;
    await outbox.send(ANSWER);
    outbox.muted = false;
    await outbox.send(ANSWER);
    expect(done).toEqual(['binary 8', 'text 16']);
  });
});
