import { describe, expect, test } from 'vitest';
import { BOOTSTRAP } from './bootstrap.ts';
import { ended, endings } from './followed.ts';
import { type FollowedInTime, followInTime, meetInTime, stopInTime } from './in-time.ts';

describe('a stop', () => {
  async function expectNothingLeft({ miniserver, clock }: FollowedInTime): Promise<void> {
    await miniserver.ledger.until(({ connectionsOpen }) => connectionsOpen === 0);
    await miniserver.stop();
    // What the Miniserver was about to do next, in pieces of a file.
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  }

  test('closes the connection in order, and nothing is left', async () => {
    await using followed = await followInTime();
    await followed.app.stop();
    await expectNothingLeft(followed);
    expect(followed.miniserver.ledger.connections.map(({ closeCode }) => closeCode)).toEqual([1000]);
    expect(endings(followed.app)).toEqual([]);
  });

  test.each(BOOTSTRAP)('while %s is not answered does not wait for that', async (command) => {
    await using followed = await meetInTime({}, (faults) => faults.hangOn(command));
    const { app, miniserver, clock } = followed;
    await miniserver.ledger.until(({ commands }) => commands.at(-1)?.command.startsWith(command) === true);
    // Before the login there is no token to give back, and nothing to wait for.
    const isBeforeLogin = miniserver.ledger.logins.length === 0;
    await (isBeforeLogin ? app.stop() : stopInTime(app, clock));
    await expectNothingLeft(followed);
    expect(miniserver.ledger.connections.map(({ closeCode }) => closeCode)).toEqual([1000]);
  });

  test('while HTTP is not answered does not wait for that', async () => {
    await using followed = await meetInTime({}, (faults) => faults.goSilent(true));
    await followed.miniserver.ledger.until(({ httpRequests }) => httpRequests.length === 1);
    await followed.app.stop();
    await expectNothingLeft(followed);
  });

  test('while waiting for the next attempt ends the wait at once', async () => {
    await using followed = await meetInTime({}, (faults) => faults.stopListening());
    await ended(followed.app);
    await followed.app.stop();
    await expectNothingLeft(followed);
  });

  test('in the long wait after a refused login ends that at once', async () => {
    await using followed = await meetInTime({}, (faults) => faults.rejectLogins());
    const { app, miniserver } = followed;
    await ended(app);
    await app.stop();
    await expectNothingLeft(followed);
    expect(miniserver.ledger.logins).toHaveLength(1);
  });

  test('while the structure file trickles in breaks that off', async () => {
    await using followed = await meetInTime({}, (faults) => faults.slowStructure(1_000));
    const { app, miniserver, clock } = followed;
    await miniserver.ledger.until(({ commands }) => commands.at(-1)?.command === 'data/LoxAPP3.json');
    await stopInTime(app, clock);
    await expectNothingLeft(followed);
  });
});
