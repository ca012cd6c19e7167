import { createFakeClock } from '@device-exporters/retry/testing';
import { describe, expect, test } from 'vitest';
import type { DiscoveredDevice } from '../discovery/reply.ts';
import { type Newcomer, Roster } from './roster.ts';
import type { Whereabouts } from './whereabouts.ts';

/** A device that is told what it is instead of being asked. */
class FakeDevice {
  whereabouts: Whereabouts;
  deviceId: string | undefined;
  isUp = false;
  isDisposed = false;
  readonly newcomer: Newcomer;

  constructor(newcomer: Newcomer) {
    this.newcomer = newcomer;
    this.whereabouts = newcomer.whereabouts;
  }

  /** The device has been read. */
  read(deviceId: string): void {
    if (this.deviceId !== deviceId && !this.newcomer.claim(deviceId)) return;
    this.deviceId = deviceId;
    this.isUp = true;
  }

  moveTo(whereabouts: Whereabouts): void {
    this.whereabouts = whereabouts;
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

function found(key: string, host: string, protocol: 'klap2' | 'tpap' = 'klap2'): DiscoveredDevice {
  const hint = { protocol, payload: 'smart', port: 80, isHttps: false, loginVersion: 2 } as const;
  return { key, discoveryId: `${key}-id`, host, model: 'P110', mac: key, hint };
}

function create() {
  const clock = createFakeClock();
  const news: string[] = [];
  const roster = new Roster<FakeDevice>({
    create: (newcomer) => new FakeDevice(newcomer),
    forgetAfterMs: 60_000,
    clock,
    tell: (what, { whereabouts }) => news.push(`${what} ${whereabouts.address}`),
  });
  const addresses = () => roster.devices().map(({ whereabouts }) => whereabouts.address);
  const only = (): FakeDevice => {
    const [device, ...others] = roster.devices();
    if (device === undefined || others.length > 0) throw new Error('expected one device');
    return device;
  };
  return { clock, news, roster, addresses, only };
}

describe('a device that is found', () => {
  test('is on the roster once, however often it answers', () => {
    const { roster, addresses, news, only } = create();
    roster.found([found('A', '192.0.2.1'), found('A', '192.0.2.1')]);
    roster.found([found('A', '192.0.2.1')]);
    expect(addresses()).toEqual(['192.0.2.1:80']);
    expect(only().newcomer.provisionalId).toBe('A-id');
    expect(news).toEqual(['found 192.0.2.1:80']);
  });

  test('is followed to another address', () => {
    const { roster, addresses, news, only } = create();
    roster.found([found('A', '192.0.2.1')]);
    only().read('id');
    roster.found([found('A', '192.0.2.9')]);
    expect(addresses()).toEqual(['192.0.2.9:80']);
    expect(news.at(-1)).toBe('moved 192.0.2.9:80');
  });

  test('is spoken to as it says once it does not answer otherwise', () => {
    const { roster, only } = create();
    roster.found([found('A', '192.0.2.1')]);
    only().isUp = true;
    roster.found([found('A', '192.0.2.1', 'tpap')]);
    expect(only().whereabouts.hint?.protocol).toBe('klap2');
    only().isUp = false;
    roster.found([found('A', '192.0.2.1', 'tpap')]);
    expect(only().whereabouts.hint?.protocol).toBe('tpap');
  });

  test('is forgotten when it has been away for long, but not while it is read', async () => {
    const { roster, clock, news, only } = create();
    roster.found([found('A', '192.0.2.1')]);
    const device = only();
    await clock.advance(59_000);
    roster.seen(device);
    await clock.advance(59_000);
    roster.forget();
    expect(roster.size).toBe(1);
    await clock.advance(2_000);
    roster.forget();
    expect([roster.size, device.isDisposed, news.at(-1)]).toEqual([0, true, 'forgotten 192.0.2.1:80']);
  });
});

test('two that call themselves the same to discovery have ids of their own until they are read', () => {
  const { roster } = create();
  const [one, other] = [found('A', '192.0.2.1'), found('B', '192.0.2.2')];
  roster.found([one, { ...other, discoveryId: one.discoveryId }]);
  expect(new Set(roster.devices().map(({ newcomer }) => newcomer.provisionalId)).size).toBe(2);
});

describe('a device that is listed', () => {
  test('is the one that is found at its address, and stays as it is listed', () => {
    const { roster, addresses } = create();
    roster.list(['http://192.0.2.1', 'http://192.0.2.1']);
    roster.found([found('A', '192.0.2.1')]);
    expect(addresses()).toEqual(['http://192.0.2.1']);
  });

  test('by its host alone is spoken to as discovery says, unless it is read already', () => {
    const { roster, addresses, only } = create();
    roster.list(['192.0.2.1']);
    only().isUp = true;
    roster.found([found('A', '192.0.2.1')]);
    expect(addresses()).toEqual(['192.0.2.1']);
    only().isUp = false;
    roster.found([found('A', '192.0.2.1')]);
    expect(only().whereabouts).toMatchObject({ address: '192.0.2.1:80', hint: { protocol: 'klap2' } });
    roster.list(['192.0.2.1']);
    expect(roster.size).toBe(1);
  });

  test('by its name is the one that is found at the address of that name, and keeps the name', () => {
    const { roster, addresses, only } = create();
    roster.list(['plug.example']);
    roster.found([{ ...found('A', '192.0.2.1'), names: ['other.example', 'plug.example'] }]);
    expect(addresses()).toEqual(['plug.example:80']);
    roster.found([{ ...found('A', '192.0.2.2'), names: ['plug.example'] }]);
    expect(addresses()).toEqual(['plug.example:80']);
    only().read('id');
    only().isUp = false;
    roster.found([found('A', '192.0.2.9')]);
    expect(addresses()).toEqual(['192.0.2.9:80']);
  });

  test.each([
    ['192.0.2.1:80', 1],
    ['192.0.2.1:9999', 1],
    ['192.0.2.1:8123', 2],
  ])('as %s is %d with one that is found at port 80 of that address', (address, count) => {
    const { roster } = create();
    roster.list([address]);
    roster.found([found('A', '192.0.2.1')]);
    expect(roster.size).toBe(count);
  });

  test('is never forgotten', async () => {
    const { roster, clock } = create();
    roster.list(['192.0.2.1']);
    await clock.advance(600_000);
    roster.forget();
    expect(roster.size).toBe(1);
  });

  test.each([
    ['that was found at its old address', true],
    ['that is found for the first time', false],
  ])('and is gone from there is followed to another address: one %s', (_, wasFound) => {
    const { roster, addresses } = create();
    roster.list(['192.0.2.1']);
    if (wasFound) roster.found([found('A', '192.0.2.1')]);
    const [listed] = roster.devices();
    listed?.read('id');
    if (listed !== undefined) listed.isUp = false;
    roster.found([found('A', '192.0.2.9')]);
    // One that nobody knows yet is found out by reading it.
    for (const device of roster.devices()) if (device !== listed) device.read('id');
    expect(addresses()).toEqual(['192.0.2.9:80']);
    expect(roster.devices()).toEqual([listed]);
  });

  test('by its name is not found again by its address', () => {
    const { roster, addresses, news } = create();
    roster.list(['plug.example']);
    roster.devices()[0]?.read('id');
    roster.found([found('A', '192.0.2.1')]);
    roster.devices()[1]?.read('id');
    expect(news.at(-1)).toBe('known already plug.example');
    roster.found([found('A', '192.0.2.1')]);
    expect(addresses()).toEqual(['plug.example']);
  });

  test('and is found under the id that it gives itself is not found twice', () => {
    const { roster, addresses } = create();
    roster.list(['plug.example']);
    roster.devices()[0]?.read('A-id');
    roster.found([found('A', '192.0.2.1')]);
    expect(addresses()).toEqual(['plug.example']);
  });

  test('and says that it is one that was found and not yet read takes the place of that', () => {
    const { roster, addresses } = create();
    roster.list(['plug.example']);
    roster.found([found('A', '192.0.2.1')]);
    const [listed, other] = roster.devices();
    listed?.read('A-id');
    expect(addresses()).toEqual(['plug.example']);
    expect(other?.isDisposed).toBe(true);
    roster.found([found('A', '192.0.2.1')]);
    expect(addresses()).toEqual(['plug.example']);
  });

  test('whose address another one has got does not hide where it is now', () => {
    const { roster, addresses } = create();
    roster.list(['192.0.2.1']);
    roster.devices()[0]?.read('a');
    roster.found([found('A', '192.0.2.1')]);
    roster.devices()[0]?.read('b');
    roster.found([found('A', '192.0.2.9')]);
    expect(addresses()).toEqual(['192.0.2.1', '192.0.2.9:80']);
  });

  test('twice is one, until the two addresses lead to two', () => {
    const { roster, addresses } = create();
    const list = ['192.0.2.1', '192.0.2.2'];
    roster.list(list);
    for (const device of roster.devices()) device.read('id');
    expect(addresses()).toEqual(['192.0.2.1']);
    roster.list(list);
    roster.devices()[1]?.read('other');
    expect(addresses()).toEqual(list);
  });
});
