/** How a WebSocket connection ended: fixed names, each fit to be the value of a metric's label. */
export type CloseName =
  | 'normal'
  | 'going_away'
  | 'lost'
  | 'blocked'
  | 'users_changed'
  | 'user_changed'
  | 'user_disabled'
  | 'update'
  | 'no_event_slot'
  | 'other';

/** What a close code means. */
export interface Close {
  readonly name: CloseName;

  /** A sentence for people. */
  readonly sentence: string;

  /** For `blocked`: how long the Miniserver will turn this address away, in seconds, when it says so. */
  readonly blockedForSeconds: number | undefined;
}

/** 1000 to 1006 are WebSocket's own; the others are Loxone's ("Communicating with the Miniserver"). */
const CLOSES: ReadonlyMap<number, readonly [CloseName, string]> = new Map([
  [1000, ['normal', 'the Miniserver closed the connection: idle for 5 minutes, token expired, or for its own reasons']],
  [1001, ['going_away', 'the Miniserver is going away']],
  [1005, ['normal', 'the Miniserver closed the connection without a word']],
  [1006, ['lost', 'the connection broke off without a close']],
  [4003, ['blocked', 'the Miniserver turns this address away for a time after failed logins']],
  [4004, ['users_changed', 'some user of the Miniserver was changed']],
  [4005, ['user_changed', 'the user of this connection was changed']],
  [4006, ['user_disabled', 'the user of this connection is disabled']],
  [4007, ['update', 'the Miniserver is being updated']],
  [4008, ['no_event_slot', 'all 31 subscribers of events that the Miniserver serves are there']],
]);

/**
 * Says what the close of a connection means.
 *
 * @param reason text of the close frame; that of 4003 ends with the seconds in parentheses
 */
export function describeClose(code: number, reason: string): Close {
  const [name, meaning] = CLOSES.get(code) ?? ['other', 'the connection was closed'];
  const sentence = `${meaning} (code ${code}${reason === '' ? '' : `, "${reason}"`})`;
  const seconds = name === 'blocked' ? /\((\d{1,9})\)\s*$/.exec(reason)?.[1] : undefined;
  return { name, sentence, blockedForSeconds: seconds === undefined ? undefined : Number(seconds) };
}
