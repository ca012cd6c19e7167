/** The cookie of a session, which devices send in a way of their own. */
export interface SessionCookie {
  /** The `Cookie` header to send back, or none when the device has set no cookie. */
  readonly headers: Readonly<Record<string, string>>;

  /** How long the device keeps the session, if it says. */
  readonly timeoutSeconds: number | undefined;
}

/** The one cookie that is of use; some firmwares call it by the second name and still want it back by the first. */
const SESSION_ID = /^\s*(?:TP_)?SESSIONID=([!-:<-~]+)/i;

const TIMEOUT = /;\s*TIMEOUT=(\d{1,9})(?:;|\s|$)/i;

/**
 * Reads `TP_SESSIONID=<value>;TIMEOUT=<seconds>`, which comes in one Set-Cookie header although it is two cookies. Only
 * the first goes back: devices dislike to see the other.
 */
export function readSessionCookie(setCookie: readonly string[]): SessionCookie {
  for (const header of setCookie) {
    const id = SESSION_ID.exec(header)?.[1];
    if (id === undefined) continue;
    const seconds = Number(TIMEOUT.exec(header)?.[1] ?? 0);
    return { headers: { Cookie: `TP_SESSIONID=${id}` }, timeoutSeconds: seconds > 0 ? seconds : undefined };
  }
  return { headers: {}, timeoutSeconds: undefined };
}
