/**
 * What a client that only follows says to a Miniserver ("Communicating with the Miniserver"). Logging in has its own
 * commands, in the package `loxone-auth`.
 */

/** Path of the WebSocket. */
export const WEBSOCKET_PATH = '/ws/rfc6455';

/** `Sec-WebSocket-Protocol` of the WebSocket. */
export const WEBSOCKET_PROTOCOL = 'remotecontrol';

/** Commands over HTTP, with a slash before them, or the WebSocket. */
export const COMMAND = {
  /** Who it is; answered to anybody. Its value is read by `parseApiKey`. */
  apiKey: 'jdev/cfg/apiKey',

  /** Answered to anybody, but over HTTP only. */
  publicKey: 'jdev/sys/getPublicKey',

  /** `lastModified` of the structure file: when it differs, the file is to be loaded anew. */
  structureVersion: 'jdev/sps/LoxAPPversion3',

  /** Answered with a file, not with an envelope; must not be sent as `fenc`. */
  structure: 'data/LoxAPP3.json',

  /** After this come tables of all states, then of those that change. Takes one of 31 event slots. */
  subscribe: 'jdev/sps/enablebinstatusupdate',

  /** Answered with a header alone, not with an envelope. A client silent for 5 minutes is disconnected. */
  keepalive: 'keepalive',
} as const;
