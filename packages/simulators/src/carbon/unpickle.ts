import type { CarbonPoint } from './ledger.ts';

/** Not a pickle of points, or one with more in it than numbers, texts, lists and tuples. */
export class UnpickleError extends Error {}

/** The beginning of a list or tuple on the stack. */
const MARK = Symbol('mark');

type Stack = unknown[];

/** Reads the operand at `at`; returns where the next operation begins. */
type Operation = (stack: Stack, body: Buffer, at: number) => number;

const skip =
  (bytes: number): Operation =>
  (_stack, _body, at) =>
    at + bytes;

const push =
  (bytes: number, read: (body: Buffer, at: number) => unknown): Operation =>
  (stack, body, at) => {
    stack.push(read(body, at));
    return at + bytes;
  };

const pushText =
  (lengthBytes: 1 | 4): Operation =>
  (stack, body, at) => {
    const start = at + lengthBytes;
    const end = start + body.readUIntLE(at, lengthBytes);
    if (end > body.length) throw new UnpickleError('a text ends behind the message');
    stack.push(body.toString('utf8', start, end));
    return end;
  };

const tuple =
  (size: number): Operation =>
  (stack, _body, at) => {
    stack.push(stack.splice(-size, size));
    return at;
  };

/** Operations of protocols 2 to 4 that lists of points are made of; memo entries are written there, but never read. */
const OPERATIONS: Readonly<Record<number, Operation>> = {
  128: skip(1), // PROTO
  149: skip(8), // FRAME
  113: skip(1), // BINPUT
  114: skip(4), // LONG_BINPUT
  148: skip(0), // MEMOIZE
  93: push(0, () => []), // EMPTY_LIST
  40: push(0, () => MARK),
  88: pushText(4), // BINUNICODE
  140: pushText(1), // SHORT_BINUNICODE
  75: push(1, (body, at) => body.readUInt8(at)), // BININT1
  77: push(2, (body, at) => body.readUInt16LE(at)), // BININT2
  74: push(4, (body, at) => body.readInt32LE(at)), // BININT
  71: push(8, (body, at) => body.readDoubleBE(at)), // BINFLOAT
  138: (stack, body, at) => {
    const length = body.readUInt8(at);
    stack.push(length === 0 ? 0 : body.readIntLE(at + 1, length));
    return at + 1 + length;
  }, // LONG1
  133: tuple(1),
  134: tuple(2),
  97: (stack, _body, at) => appendAll(stack, stack.splice(-1, 1), at), // APPEND
  101: (stack, _body, at) => {
    const items = stack.splice(stack.lastIndexOf(MARK));
    return appendAll(stack, items.slice(1), at);
  }, // APPENDS
};

const STOP = 0x2e;

/**
 * Reads the body of a pickle message, `[(path, (timestamp, value)), …]`.
 *
 * @throws {UnpickleError}
 */
export function unpicklePoints(body: Buffer): CarbonPoint[] {
  const stack: Stack = [];
  let at = 0;
  for (let code = body[at++]; code !== STOP; code = body[at++]) {
    const operation = OPERATIONS[code ?? -1];
    if (operation === undefined) throw new UnpickleError(`operation ${code} at ${at - 1}`);
    try {
      at = operation(stack, body, at);
    } catch (cause) {
      throw new UnpickleError(`operation ${code} at ${at - 1} cannot be read`, { cause });
    }
  }
  const [list] = stack;
  if (!Array.isArray(list) || stack.length !== 1 || at !== body.length) throw new UnpickleError('not one list');
  return list.map(pointOf);
}

function appendAll(stack: Stack, items: readonly unknown[], at: number): number {
  const list = stack.at(-1);
  if (!Array.isArray(list)) throw new UnpickleError('appends to what is no list');
  for (const item of items) list.push(item);
  return at;
}

function pointOf(entry: unknown): CarbonPoint {
  const [path, reading] = Array.isArray(entry) ? entry : [];
  const [timestampSeconds, value] = Array.isArray(reading) ? reading : [];
  if (typeof path !== 'string' || typeof timestampSeconds !== 'number' || typeof value !== 'number') {
    throw new UnpickleError(`not a point: ${JSON.stringify(entry)}`);
  }
  return { path, timestampSeconds, value };
}
