import { BAD_REQUEST, type Command, ok } from './command.ts';

/** What a logged-in client asks of the house. */
export const houseCommands: readonly Command[] = [
  {
    path: 'jdev/sps/LoxAPPversion3',
    parameters: 0,
    run: ({ core }) => ok(core.home.house.structure.lastModified),
  },
  {
    // A file may be asked for encrypted but is never answered encrypted (PROTOCOL §5.5).
    path: 'data/LoxAPP3.json',
    parameters: 0,
    run: ({ core, encryption }) => (encryption === 'fenc' ? BAD_REQUEST : { file: core.home.house.structureText() }),
  },
  {
    path: 'jdev/sps/enablebinstatusupdate',
    parameters: 0,
    run({ core, caller }) {
      if (!caller.subscribed && core.sessions.subscribers >= core.settings.limits.eventSlots) {
        return { close: { code: 4008, reason: 'no event slot free' } };
      }
      caller.subscribe();
      return ok('1');
    },
  },
];
