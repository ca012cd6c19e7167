import { createServer } from 'node:http';
import { startMiniserver } from '@device-exporters/simulators';
import { describe, expect, test } from 'vitest';
import { BOOTSTRAP } from './bootstrap.ts';
import { ended, endings, startFollowing } from './followed.ts';
import { comeBack, meetInTime } from './in-time.ts';
import { told } from './told.ts';

describe('a step on the way to the events', () => {
  test.each(BOOTSTRAP)('%s that is not answered costs %d ms and one attempt', async (command, timeoutMs) => {
    await using followed = await meetInTime({}, (faults) => faults.hangOn(command));
    const { app, miniserver, clock } = followed;
    await miniserver.ledger.until(({ commands }) => commands.at(-1)?.command.startsWith(command) === true);
    await clock.advance(timeoutMs - 1_000);
    await app.scrape();
    expect(endings(app)).toEqual([]);
    await clock.advance(1_000);
    const ending = await ended(app);
    expect(ending).toMatchObject({ reason: 'timeout', nextAttemptSeconds: 1 });
    expect(ending['err']).toMatch(/^no answer to \S+ within \d+ ms$/);
    await comeBack(followed);
    await miniserver.ledger.until(({ connectionsOpen }) => connectionsOpen === 1);
    expect((await app.scrape()).value('loxone_authentication_failures_total')).toBe(0);
  });

  test.each(BOOTSTRAP)('%s that is answered with nonsense costs one attempt', async (command) => {
    await using followed = await meetInTime({}, (faults) =>
      faults.answerWith(command, { code: 200, raw: '{"LL": {"contr' }),
    );
    const { app, miniserver } = followed;
    expect(await ended(app)).toMatchObject({ level: 'WARN', reason: 'protocol', nextAttemptSeconds: 1 });
    await comeBack(followed);
    await told(followed);
    await miniserver.ledger.until(({ connectionsOpen }) => connectionsOpen === 1);
  });

  // The structure file is loaded whatever its version is said to be.
  test.each(BOOTSTRAP.filter(([command]) => command !== 'jdev/sps/LoxAPPversion3'))(
    '%s that is answered with another value costs one attempt',
    async (command) => {
      await using followed = await meetInTime({}, (faults) =>
        faults.answerWith(command, { code: 500, value: { odd: [1, null] } }),
      );
      expect(await ended(followed.app)).toMatchObject({ reason: 'protocol', nextAttemptSeconds: 1 });
      await comeBack(followed);
    },
  );

  test('that is HTTP and never answered costs ten seconds and one attempt', async () => {
    await using followed = await meetInTime({}, (faults) => faults.goSilent(true));
    const { app, miniserver, clock } = followed;
    await miniserver.ledger.until(({ httpRequests }) => httpRequests.length === 1);
    await clock.advance(10_000);
    // Generation 1: nobody is at the TLS port either.
    expect(await ended(app)).toMatchObject({ reason: 'timeout' });
    miniserver.faults.speakAgain();
    await comeBack(followed);
  });

  test.each([
    ['a page of something else', 200, '<html>Welcome to your new router</html>', 'protocol'],
    ['JSON of something else', 200, '{"hello": 1}', 'protocol'],
    ['not found', 404, 'no', 'protocol'],
    ['starting up', 503, '<errorcode>503</errorcode>', 'starting_up'],
    ['an answer without end', 200, `"${'x'.repeat(300_000)}"`, 'protocol'],
    ['a redirection to elsewhere', 302, '', 'protocol'],
  ])('that is HTTP and answered with %s is told as such', async (_, status, body, reason) => {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(status, { location: '/elsewhere' }).end(body);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await using miniserver = await startMiniserver({ generation: 1 });
    await using app = await startFollowing(miniserver, { entry: { port, ssl_port: 1 } });
    expect(await ended(app)).toMatchObject({ level: 'WARN', reason });
    expect(asked).toEqual(['/jdev/cfg/apiKey']);
    await app.stop();
    server.close();
  });
});
