import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ManualClock, type Miniserver, startMiniserver } from '../../src/index.ts';
import { getJson, http } from './http.ts';
import { TestClient } from './test-client.ts';

const STATE = 'jdev/sps/LoxAPPversion3';

async function refuses(miniserver: Miniserver): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(miniserver.port, miniserver.host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

/** Looks at something after letting a little time pass. */
function advancing<T>(clock: ManualClock, look: () => T): () => T {
  return () => {
    clock.advance(50);
    return look();
  };
}

describe('a Miniserver that goes away', () => {
  it.each([false, true])('drops connections with a TCP reset (TLS: %s)', async (secure) => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.subscribed(miniserver, { secure });
    const broken = once(client.transport!, 'error');
    await miniserver.faults.drop();
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
    expect((await client.closed).code).toBe(1006);
    expect(miniserver.ledger.connectionsOpen).toBe(0);
    (await TestClient.subscribed(miniserver, { secure })).close();
  });

  it('drops connections with a close code', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.subscribed(miniserver);
    await miniserver.faults.drop({ code: 4004, reason: 'some user was changed' });
    expect(await client.closed).toEqual({ code: 4004, reason: 'some user was changed' });
    expect(miniserver.ledger.connections[0]!.closeCode).toBe(4004);
  });

  it('goes silent while the sockets stay open, and takes no notice of its own deadlines', async () => {
    const clock = new ManualClock(0);
    await using miniserver = await startMiniserver({ clock, eventsPerSecond: 0 });
    const [client, early] = [await TestClient.subscribed(miniserver), await TestClient.connect(miniserver)];
    await client.next(7);
    const before = client.received.length;
    miniserver.faults.goSilent();
    client.send('keepalive');
    client.send(STATE);
    await miniserver.setValue(miniserver.house.stateUuid('Socket', 'active'), 1);
    await miniserver.ledger.until((ledger) => ledger.commands.at(-1)?.command === STATE);
    clock.advance(400_000);
    const next = await TestClient.loggedIn(miniserver);
    expect(client.received).toHaveLength(before);
    expect(miniserver.ledger.connectionsOpen).toBe(3);
    miniserver.faults.speakAgain();
    expect((await client.command('jdev/cfg/api')).control).toBe('dev/cfg/api');
    for (const open of [client, early, next]) open.close();
  });

  it('can be silent to everyone who comes, too', async () => {
    await using miniserver = await startMiniserver();
    miniserver.faults.goSilent(true);
    const asked = new AbortController();
    const unanswered = http(miniserver, '/jdev/cfg/apiKey', { signal: asked.signal });
    await miniserver.ledger.until((ledger) => ledger.httpRequests.length === 1);
    expect(miniserver.ledger.httpRequests[0]!.status).toBeUndefined();
    asked.abort();
    await expect(unanswered).rejects.toThrow('abort');
    const knocking = TestClient.connect(miniserver);
    const refused = expect(knocking).rejects.toThrow('socket hang up');
    await miniserver.ledger.until((ledger) => ledger.httpRequests.at(-1)?.path === '/ws/rfc6455');
    miniserver.faults.clear();
    expect((await http(miniserver, '/jdev/cfg/apiKey')).status).toBe(200);
    expect(miniserver.ledger.connectionsOpened).toBe(0);
    await miniserver.stop();
    await refused;
  });

  it('goes out of service: told, closed, refused, 503, and back', async () => {
    const clock = new ManualClock(0);
    await using miniserver = await startMiniserver({ clock, generation: 1 });
    const client = await TestClient.subscribed(miniserver);
    await miniserver.faults.outOfService({ refusedMs: 60_000, startingUpMs: 30_000 });
    expect(client.received.at(-1)).toMatchObject({ identifier: 5, headers: [{ length: 0 }] });
    expect((await client.closed).code).toBe(1000);
    expect(await refuses(miniserver)).toBe(true);
    clock.advance(59_999);
    expect(await refuses(miniserver)).toBe(true);
    clock.advance(1);
    await expect.poll(() => refuses(miniserver)).toBe(false);
    expect((await http(miniserver, '/jdev/cfg/apiKey')).body).toContain('<errorcode>503</errorcode>');
    await expect(TestClient.connect(miniserver)).rejects.toThrow('503');
    clock.advance(30_000);
    (await TestClient.subscribed(miniserver)).close();
  });

  it('comes back at once when told to, and takes a port back that was in use meanwhile', async () => {
    const clock = new ManualClock(0);
    await using miniserver = await startMiniserver({ clock, generation: 1 });
    await miniserver.faults.outOfService({ refusedMs: 1000, startingUpMs: 0 });
    const squatter = await startMiniserver({ generation: 1, port: miniserver.port });
    clock.advance(1000);
    // By the time this is answered the port has been asked for, and refused.
    expect((await http(squatter, '/jdev/cfg/api')).status).toBe(200);
    await squatter.stop();
    await expect.poll(advancing(clock, () => refuses(miniserver))).toBe(false);
    await miniserver.faults.outOfService({ refusedMs: Number.POSITIVE_INFINITY });
    await miniserver.faults.comeBack();
    expect((await http(miniserver, '/jdev/cfg/apiKey')).status).toBe(200);
  });

  it('cuts a client that does not answer the close frame', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.subscribed(miniserver);
    client.transport!.pause();
    await miniserver.faults.outOfService();
    expect(miniserver.ledger.connectionsOpen).toBe(0);
    client.close();
  });

  it('closes with 4007 for an update', async () => {
    await using miniserver = await startMiniserver();
    const client = await TestClient.subscribed(miniserver);
    await miniserver.faults.installUpdate();
    expect((await client.closed).code).toBe(4007);
    expect(client.received.some((message) => message.identifier === 5)).toBe(false);
  });

  it('stops listening while connections live on, and listens again on the same port', async () => {
    await using miniserver = await startMiniserver();
    const { port, sslPort } = miniserver;
    const client = await TestClient.loggedIn(miniserver);
    miniserver.faults.stopListening();
    expect(await refuses(miniserver)).toBe(true);
    expect((await client.command(STATE)).code).toBe(200);
    await miniserver.faults.listenAgain();
    await miniserver.faults.listenAgain();
    expect([miniserver.port, miniserver.sslPort]).toEqual([port, sslPort]);
    for (const secure of [false, true]) (await TestClient.connect(miniserver, { secure })).close();
    client.close();
  });

  it('changes its structure as an upload does: other file, later version, restart, old values kept', async () => {
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const client = await TestClient.subscribed(miniserver);
    const { lastModified } = miniserver.house.structure;
    const kept = miniserver.house.stateUuid('Grid Meter', 'total');
    const before = client.values.get(kept);
    await miniserver.faults.changeStructure();
    expect(client.received.at(-1)!.identifier).toBe(5);
    await miniserver.faults.comeBack();
    const next = await TestClient.subscribed(miniserver);
    expect((await next.command(STATE)).value).toBe(miniserver.house.structure.lastModified);
    expect(miniserver.house.structure.lastModified > lastModified).toBe(true);
    next.send('data/LoxAPP3.json');
    expect((await next.next(1)).payload.toString()).toContain('Added Sensor');
    expect(next.values.get(kept)).toBe(before);
    expect(next.values.has(miniserver.house.stateUuid('Added Sensor', 'value'))).toBe(true);
    next.close();
  });

  it('takes any edit of the structure: what is gone is told no more', async () => {
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const gone = miniserver.house.stateUuid('Outdoor Temperature', 'value');
    await miniserver.faults.changeStructure(
      (copy) => {
        const others = Object.entries(copy.controls).filter(([, control]) => control.name !== 'Outdoor Temperature');
        return { ...copy, controls: Object.fromEntries(others) };
      },
      { refusedMs: 0, startingUpMs: 0 },
    );
    await miniserver.faults.comeBack();
    const client = await TestClient.subscribed(miniserver);
    expect(client.values.has(gone)).toBe(false);
    client.close();
  });

  it('frees its ports when it stops, in the middle of an outage too', async () => {
    const miniserver = await startMiniserver();
    const { port } = miniserver;
    const client = await TestClient.subscribed(miniserver);
    await miniserver.stop();
    expect((await client.closed).code).toBe(1006);
    const second = await startMiniserver({ port });
    await second.faults.outOfService();
    await second.stop();
    const third = await startMiniserver({ port });
    expect((await getJson(third, '/jdev/cfg/api')).code).toBe(200);
    await third.stop();
    await third.stop();
  });
});
