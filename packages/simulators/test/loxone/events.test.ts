import { describe, expect, it } from 'vitest';
import { createHouse, ManualClock, startMiniserver, UnknownStateError } from '../../src/index.ts';
import { decodeDaytimers, decodeTexts, decodeValues, decodeWeather } from './decode.ts';
import { TestClient } from './test-client.ts';

const ICON = '00000000-0000-0020-2000000000000000';

describe('a subscriber', () => {
  it('first gets every state there is: values, texts, daytimers and weather', async () => {
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const client = await TestClient.loggedIn(miniserver);
    expect(await client.command('jdev/sps/enablebinstatusupdate')).toMatchObject({ code: 200, value: '1' });
    const values = decodeValues((await client.next(2)).payload);
    const texts = decodeTexts((await client.next(3)).payload);
    const daytimers = decodeDaytimers((await client.next(4)).payload);
    const weather = decodeWeather((await client.next(7)).payload);
    expect(values).toEqual(miniserver.house.snapshot().values);
    expect(texts).toHaveLength(miniserver.house.snapshot().texts.length);
    expect(daytimers).toHaveLength(6);
    expect(daytimers[0]!.entries).toEqual([{ mode: 1, from: 360, to: 1320, needActivate: 0, value: 21.5 }]);
    expect(weather.map((station) => station.entries.length)).toEqual([1, 24]);
    expect(client.received.slice(-4).every((message) => !message.asText)).toBe(true);
    client.close();
  });

  it('then gets only what changed, in one table for one moment', async () => {
    const clock = new ManualClock(Date.UTC(2024, 5, 1, 7));
    await using miniserver = await startMiniserver({ clock });
    const client = await TestClient.subscribed(miniserver);
    const before = client.received.length;
    clock.advance(1000);
    await client.until(() => client.received.length > before);
    const changed = decodeValues(client.received[before]!.payload);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(60);
    for (const { uuid, value } of changed) expect(value).toBe(miniserver.house.value(uuid));
    client.close();
  });

  it('gets nothing it did not ask for', async () => {
    const clock = new ManualClock(Date.UTC(2024, 5, 1, 7));
    await using miniserver = await startMiniserver({ clock });
    const client = await TestClient.loggedIn(miniserver);
    const before = client.received.length;
    clock.advance(5000);
    await miniserver.setValue(miniserver.house.stateUuid('Socket', 'active'), 1);
    await client.command('jdev/cfg/api');
    expect(client.received).toHaveLength(before + 1);
    client.close();
  });

  it.each([21.5, -1000, 0, 5e-324, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'is told the value %d as soon as it is set',
    async (value) => {
      await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
      const [one, two] = [await TestClient.subscribed(miniserver), await TestClient.subscribed(miniserver)];
      const uuid = miniserver.house.stateUuid('Outdoor Temperature', 'value');
      await miniserver.setValue(uuid, value);
      for (const client of [one, two]) {
        await client.until(() => client.values.get(uuid) === value);
        client.close();
      }
    },
  );

  it('is told NaN, and the same value twice when it is set twice', async () => {
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const client = await TestClient.subscribed(miniserver);
    await client.next(2);
    const uuid = miniserver.house.stateUuid('Outdoor Temperature', 'value');
    for (let time = 0; time < 2; time += 1) {
      await miniserver.setValue(uuid, Number.NaN);
      expect(decodeValues((await client.next(2)).payload)).toEqual([{ uuid, value: Number.NaN }]);
    }
    client.close();
  });

  it('is told several values in one table', async () => {
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const client = await TestClient.subscribed(miniserver);
    await client.next(2);
    const uuids = [...client.values.keys()].slice(0, 50);
    await miniserver.setValues(uuids.map((uuid, index) => [uuid, index]));
    expect(decodeValues((await client.next(2)).payload)).toEqual(uuids.map((uuid, value) => ({ uuid, value })));
    client.close();
  });

  it('is told a text with its icon, also where a number stood before', async () => {
    await using miniserver = await startMiniserver({ eventsPerSecond: 0 });
    const client = await TestClient.subscribed(miniserver);
    await client.next(3);
    const uuid = miniserver.house.stateUuid('Outdoor Temperature', 'value');
    await miniserver.setText(uuid, 'größe ✓', ICON);
    expect(decodeTexts((await client.next(3)).payload)).toEqual([{ uuid, uuidIcon: ICON, text: 'größe ✓' }]);
    expect(miniserver.house.value(uuid)).toBeUndefined();
    await miniserver.setValue(uuid, 7);
    await client.until(() => client.values.get(uuid) === 7);
    expect(miniserver.house.text(uuid)).toBeUndefined();
    client.close();
  });

  it('is not told of states that the house does not have', async () => {
    await using miniserver = await startMiniserver();
    const nowhere = '00000000-0000-0000-ffff000000000000';
    await expect(miniserver.setValue(nowhere, 1)).rejects.toThrow(UnknownStateError);
    await expect(miniserver.setText(nowhere, '')).rejects.toThrow(`no state ${nowhere}`);
    expect(() => miniserver.house.stateUuid('Attic', 'value')).toThrow('no state value of a control Attic');
  });

  it('keeps being told of a state set by hand what it was set to', async () => {
    const clock = new ManualClock(Date.UTC(2024, 5, 1, 7));
    await using miniserver = await startMiniserver({ clock });
    const client = await TestClient.subscribed(miniserver);
    const uuid = miniserver.house.stateUuid('Grid Meter', 'actual');
    await miniserver.setValue(uuid, 99);
    clock.advance(60_000);
    await client.command('jdev/cfg/api');
    expect(client.values.get(uuid)).toBe(99);
    client.close();
  });

  it('gets exactly as many value events a second as wanted', async () => {
    const clock = new ManualClock(Date.UTC(2024, 5, 1, 7));
    const house = createHouse({ controls: 500 });
    await using miniserver = await startMiniserver({ clock, house, eventsPerSecond: 150 });
    const client = await TestClient.subscribed(miniserver);
    const before = client.received.length;
    clock.advance(10_000);
    const events = () =>
      client.received
        .slice(before)
        .flatMap(({ identifier, payload }) => (identifier === 2 ? decodeValues(payload) : []));
    await client.until(() => events().length >= 1500);
    await client.command('jdev/cfg/api');
    expect(events()).toHaveLength(1500);
    expect(new Set(events().map((event) => event.uuid)).size).toBeGreaterThan(100);
    client.close();
  });

  it('gets no event at all from a house that is to be still', async () => {
    const clock = new ManualClock(Date.UTC(2024, 5, 1, 7));
    await using miniserver = await startMiniserver({ clock, eventsPerSecond: 0 });
    const client = await TestClient.subscribed(miniserver);
    await client.next(7);
    clock.advance(200_000);
    const before = client.received.length;
    await client.command('jdev/cfg/api');
    expect(client.received).toHaveLength(before + 1);
    client.close();
  });

  it('sees a day pass in a minute and a half at a thousandfold speed', async () => {
    const clock = new ManualClock(Date.UTC(2024, 5, 1));
    await using miniserver = await startMiniserver({ clock, speed: 1000 });
    const client = await TestClient.subscribed(miniserver);
    const sunshine = miniserver.house.stateUuid('Sunshine', 'value');
    const seen: number[] = [];
    for (let second = 0; second < 86; second += 1) {
      clock.advance(1000);
      seen.push(miniserver.house.value(sunshine)!);
    }
    expect(Math.min(...seen)).toBe(0);
    expect(Math.max(...seen)).toBeGreaterThan(10_000);
    client.close();
  });
});
