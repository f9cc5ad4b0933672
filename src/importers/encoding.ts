import { badInput } from '../errors.ts';

/** Turns the bytes of a line or a field into text. */
export type Decode = (bytes: Uint8Array) => string;

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws RequestError when the bytes are not UTF-8 */
export function utf8(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    throw badInput('line', 'The line is not in UTF-8; save the file in that encoding.');
  }
}

/** ISO-8859-1, the encoding of MovieLens 100K. */
export function latin1(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('latin1');
}

/** MovieLens 1M is in ISO-8859-1, 10M, which has the same files, in UTF-8. */
export function utf8OrLatin1(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    return latin1(bytes);
  }
}

/** For showing bytes to a person: what isn't UTF-8 becomes a replacement character. */
export function shown(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('utf8');
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
