import { describe, expect, test } from 'vitest';
import { follow } from './followed.ts';
import { bothTold, followPair } from './pair.ts';
import { told } from './told.ts';

async function ask(url: string): Promise<readonly [status: number, body: string]> {
  const answer = await fetch(url);
  return [answer.status, await answer.text()];
}

describe('/healthz', () => {
  test('is healthy with all Miniservers, degraded with some, unhealthy with none', async () => {
    await using pair = await followPair();
    const { app, first, second } = pair;
    await bothTold(pair);
    expect(await app.health()).toMatchObject({ status: 200, body: { status: 'healthy' } });

    await first.stop();
    await app.scrapeUntil('the first is gone', (page) => {
      return page.value('loxone_exporter_connected', { miniserver: 'first' }) === 0;
    });
    expect(await app.health()).toMatchObject({
      status: 200,
      body: {
        status: 'degraded',
        miniservers: [
          { name: 'first', connected: false },
          { name: 'second', connected: true },
        ],
      },
    });

    await second.stop();
    await app.scrapeUntil('the second is gone', (page) => {
      return page.value('loxone_exporter_connected', { miniserver: 'second' }) === 0;
    });
    expect(await app.health()).toMatchObject({ status: 503, body: { status: 'unhealthy' } });
  });

  test('says of each Miniserver what is known of it', async () => {
    await using followed = await follow();
    const page = await told(followed);
    const { body } = await followed.app.health();
    expect(body).toEqual({
      status: 'healthy',
      miniservers: [
        {
          name: 'home',
          connected: true,
          last_update: page.value('loxone_exporter_last_update_timestamp_seconds'),
          controls_discovered: page.value('loxone_exporter_controls_discovered'),
          controls_exported: page.value('loxone_exporter_controls_exported'),
        },
      ],
    });
  });

  test('is unhealthy before the first connection, and healthy after it', async () => {
    await using followed = await follow({ miniserver: { wire: { answerDelayMs: 20 } } });
    expect(await followed.app.health()).toEqual({
      status: 503,
      body: {
        status: 'unhealthy',
        miniservers: [
          { name: 'home', connected: false, last_update: null, controls_discovered: 0, controls_exported: 0 },
        ],
      },
    });
    await told(followed);
    expect((await followed.app.health()).status).toBe(200);
  });
});

test('the process is healthy and ready whether there is a Miniserver or not', async () => {
  await using followed = await follow();
  const { app, miniserver } = followed;
  await told(followed);
  await miniserver.stop();
  await app.scrapeUntil('it is gone', (page) => page.value('loxone_exporter_connected') === 0);
  expect(await ask(`${app.url}/-/healthy`)).toEqual([200, 'Healthy\n']);
  expect(await ask(`${app.url}/-/ready`)).toEqual([200, 'Ready\n']);
  expect((await ask(`${app.url}/metrics`))[0]).toBe(200);
});

test('the page for people says what this is and how the Miniservers are, as HTML whatever they are called', async () => {
  await using followed = await follow({ entry: { name: '<script>alert("x")</script>' } });
  await told(followed, '<script>alert("x")</script>');
  const [status, html] = await ask(followed.app.url);
  expect(status).toBe(200);
  expect(html).toContain('<h1>Loxone Exporter</h1>');
  expect(html).toContain('miniservers: 1 of 1 up (healthy)');
  expect(html).toContain('href="/metrics"');
  expect(html).not.toContain('<script');
});
