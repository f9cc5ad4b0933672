import { createHash } from 'node:crypto';

/**
 * The safetensors layout: an 8-byte little-endian length, a JSON header with the type, shape and place of each named
 * tensor, then the raw tensors. Readable from Python with nothing but NumPy; loading runs no code.
 * Source: https://github.com/huggingface/safetensors (format description).
 */
export type TensorData = Float64Array | Float32Array | Int32Array | Uint8Array;

export function isTensorData(value: unknown): value is TensorData {
  return value instanceof Float64Array || value instanceof Float32Array || value instanceof Int32Array || value instanceof Uint8Array;
}

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Text by name; JSON where structured. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface HeaderEntry {
  dtype: 'F64' | 'F32' | 'I32' | 'U8';
  shape: readonly number[];
  data_offsets: [number, number];
}

const ALIGNMENT = 8;
const LENGTH_BYTES = 8;
/** Name of the SHA-256 of all bytes of the file, header too, that were written with zeros in the place of this hash. */
const HASH = 'sha256';
const NO_HASH = '0'.repeat(64);

/** A file that can't be used: torn, foreign, or not what its hash says. */
export class TensorFileError extends Error {}

/** The bytes of a file in the pieces in which they are best written: header first, then each tensor. */
export function encodeTensors(file: TensorFile): { chunks: Uint8Array[]; sha256: string } {
  const entries: Record<string, HeaderEntry> = {};
  const pieces: Uint8Array[] = [];
  let offset = 0;
  // Wide types first keep every tensor aligned without padding.
  const byWidth = [...file.tensors].sort(([, left], [, right]) => right.data.BYTES_PER_ELEMENT - left.data.BYTES_PER_ELEMENT);
  for (const [name, { data, shape }] of byWidth) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    entries[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + bytes.length] };
    pieces.push(bytes);
    offset += bytes.length;
  }
  // The hash stands first, so that its place is the first one where its text occurs.
  const head = headOf(JSON.stringify({ __metadata__: { [HASH]: NO_HASH, ...file.metadata }, ...entries }));
  const sha256 = hashOf([head, ...pieces]);
  head.write(sha256, head.indexOf(NO_HASH));
  return { chunks: [head, ...pieces], sha256 };
}

/** @throws TensorFileError when the bytes are torn, foreign or do not match their hash */
export function decodeTensors(bytes: Uint8Array): TensorFile {
  const { header, start } = readHeader(bytes);
  const { __metadata__: metadata, ...entries } = header;
  const sha256 = metadata?.[HASH];
  const head = Buffer.from(bytes.subarray(0, start));
  const place = typeof sha256 === 'string' && sha256.length === NO_HASH.length ? head.indexOf(sha256) : -1;
  if (!metadata || place < 0) throw new TensorFileError('it has no SHA-256 of its own: another program wrote it, or it is altered');
  head.write(NO_HASH, place);
  if (hashOf([head, bytes.subarray(start)]) !== sha256)
    throw new TensorFileError('it is cut off or altered: it does not match its SHA-256');
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(entries as Record<string, HeaderEntry>)) {
    const [from, to] = entry.data_offsets;
    tensors.set(name, { shape: entry.shape, data: typed(entry.dtype, Uint8Array.from(bytes.subarray(start + from, start + to))) });
  }
  return { tensors, metadata };
}

/** Length and header, padded with spaces. */
function headOf(json: string): Buffer {
  const text = Buffer.from(json);
  const padding = (ALIGNMENT - (text.length % ALIGNMENT)) % ALIGNMENT;
  const head = Buffer.alloc(LENGTH_BYTES + text.length + padding, ' ');
  head.writeBigUInt64LE(BigInt(text.length + padding));
  text.copy(head, LENGTH_BYTES);
  return head;
}

function hashOf(chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

function readHeader(bytes: Uint8Array): { header: { __metadata__?: Record<string, string> }; start: number } {
  if (bytes.length < LENGTH_BYTES) throw new TensorFileError('it is too short to be a tensor file');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
  const start = LENGTH_BYTES + length;
  if (start > bytes.length) throw new TensorFileError('its header is cut off');
  return { header: parsed(Buffer.from(bytes.subarray(LENGTH_BYTES, start)).toString('utf8')), start };
}

function parsed(text: string): object {
  try {
    const header: unknown = JSON.parse(text);
    if (typeof header === 'object' && header !== null) return header;
  } catch {
    // The same answer as for other text that is no header.
  }
  throw new TensorFileError('its header is not a JSON object');
}

function dtypeOf(data: TensorData): HeaderEntry['dtype'] {
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Int32Array ? 'I32' : 'U8';
}

/** @param bytes alone in their buffer; a Node Buffer's `slice` would share a larger one */
function typed(dtype: HeaderEntry['dtype'], bytes: Uint8Array): TensorData {
  if (dtype === 'F64') return new Float64Array(bytes.buffer, 0, bytes.length / 8);
  if (dtype === 'F32') return new Float32Array(bytes.buffer, 0, bytes.length / 4);
  if (dtype === 'I32') return new Int32Array(bytes.buffer, 0, bytes.length / 4);
  if (dtype === 'U8') return bytes;
  throw new TensorFileError(`it holds a tensor of type ${String(dtype)}, which this version does not write`);
}
