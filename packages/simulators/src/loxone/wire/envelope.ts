/** What a command is answered with: a code of PROTOCOL §4 and any JSON value. */
export interface Reply {
  readonly code: number;
  readonly value: unknown;
}

/**
 * How the code is written. Both occur on one and the same device: `"Code":"200"` with most commands, `"code":200` with
 * the younger ones around tokens (`vectors/envelopes.json`).
 */
export type CodeStyle = 'Code' | 'code';

/** The `{"LL":…}` text around every JSON answer. */
export function encodeEnvelope(control: string, reply: Reply, style: CodeStyle): string {
  const { code, value } = reply;
  return JSON.stringify({
    LL: style === 'Code' ? { control, value, Code: String(code) } : { control, code, value },
  });
}
