import { MESSAGE_KINDS, type MessageKind } from './message.ts';

/**
 * The 8 bytes before every payload ("Communicating with the Miniserver"): 0x03, identifier, flags, one reserved byte,
 * and the payload's length as uint32, little endian.
 */
export interface Header {
  readonly identifier: number;

  /** Undefined for an identifier that this package does not know. */
  readonly kind: MessageKind | undefined;

  /** The length is an estimate; an exact header follows. */
  readonly estimated: boolean;

  /** Length of the payload in bytes, 0 to 4 294 967 295. */
  readonly lengthBytes: number;
}

/** Bytes of a header. */
export const HEADER_BYTES = 8;

const FIRST_BYTE = 0x03;

/** Loxone's clients test the most significant bit alone, and so does this; clients that test 0x01 are mistaken. */
const ESTIMATED = 0x80;

/** Whether these may be the first bytes of a header, however few they are. */
export function mayBeginHeader(bytes: Uint8Array): boolean {
  return bytes[0] === FIRST_BYTE;
}

/** Reads the header at the start of at least {@link HEADER_BYTES} bytes of which {@link mayBeginHeader} holds. */
export function readHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const identifier = view.getUint8(1);
  return {
    identifier,
    kind: MESSAGE_KINDS[identifier],
    estimated: (view.getUint8(2) & ESTIMATED) !== 0,
    lengthBytes: view.getUint32(4, true),
  };
}

/**
 * Whether bytes begin with a header as Miniservers send them: of a known kind, without bits that are never set.
 *
 * Stricter than {@link readHeader}, for where something else may stand as well.
 */
export function looksLikeHeader(bytes: Uint8Array): boolean {
  const [, identifier = 0, flags = 0, reserved] = bytes;
  return (
    bytes.length >= HEADER_BYTES &&
    mayBeginHeader(bytes) &&
    identifier < MESSAGE_KINDS.length &&
    (flags & ~ESTIMATED) === 0 &&
    reserved === 0
  );
}

/** Whether a frame is such a header, alone or with its whole payload behind it. */
export function looksLikeMessage(frame: Uint8Array): boolean {
  if (!looksLikeHeader(frame)) return false;
  return frame.length === HEADER_BYTES || frame.length >= HEADER_BYTES + readHeader(frame).lengthBytes;
}
