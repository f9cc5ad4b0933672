import { createHash } from 'node:crypto';

/**
 * The safetensors layout: an 8-byte little-endian length, a JSON header with the type, shape and place of each named
 * tensor, then the raw tensors. Readable from Python with nothing but NumPy; loading runs no code.
 * Source: https://github.com/huggingface/safetensors (format description).
 */
export type TensorData = Float64Array | Int32Array | Uint8Array;

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
  dtype: 'F64' | 'I32' | 'U8';
  shape: readonly number[];
  data_offsets: [number, number];
}

const ALIGNMENT = 8;
const HASH = 'tensors_sha256';

/** A file that can't be used: torn, foreign, or not what its hash says. */
export class TensorFileError extends Error {}

/** The bytes of a file in the pieces in which they are best written: header first, then each tensor. */
export function encodeTensors(file: TensorFile): { chunks: Uint8Array[]; sha256: string } {
  const entries: Record<string, HeaderEntry> = {};
  const pieces: Uint8Array[] = [];
  const hash = createHash('sha256');
  let offset = 0;
  // Wide types first keep every tensor aligned without padding.
  const byWidth = [...file.tensors].sort(([, left], [, right]) => right.data.BYTES_PER_ELEMENT - left.data.BYTES_PER_ELEMENT);
  for (const [name, { data, shape }] of byWidth) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    entries[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + bytes.length] };
    pieces.push(bytes);
    hash.update(bytes);
    offset += bytes.length;
  }
  const sha256 = hash.digest('hex');
  const header = Buffer.from(JSON.stringify({ __metadata__: { ...file.metadata, [HASH]: sha256 }, ...entries }));
  const padding = (ALIGNMENT - (header.length % ALIGNMENT)) % ALIGNMENT;
  const head = Buffer.alloc(8 + header.length + padding, ' ');
  head.writeBigUInt64LE(BigInt(header.length + padding));
  header.copy(head, 8);
  return { chunks: [head, ...pieces], sha256 };
}

/** @throws TensorFileError when the bytes are torn, foreign or do not match their hash */
export function decodeTensors(bytes: Uint8Array): TensorFile {
  const { header, start } = readHeader(bytes);
  const { __metadata__: metadata, ...entries } = header as { __metadata__?: Record<string, string> } & Record<string, HeaderEntry>;
  const end = Math.max(0, ...Object.values(entries).map((entry) => entry.data_offsets[1]));
  if (start + end !== bytes.length) throw new TensorFileError(`it has ${bytes.length} bytes where ${start + end} are announced`);
  const sha256 = createHash('sha256').update(bytes.subarray(start)).digest('hex');
  if (metadata?.[HASH] !== sha256) throw new TensorFileError('its tensors do not match their SHA-256');
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(entries)) {
    const [from, to] = entry.data_offsets;
    tensors.set(name, { shape: entry.shape, data: typed(entry.dtype, Uint8Array.from(bytes.subarray(start + from, start + to))) });
  }
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array): { header: unknown; start: number } {
  if (bytes.length < 8) throw new TensorFileError('it is too short to be a tensor file');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > bytes.length - 8) throw new TensorFileError('its header is cut off');
  try {
    return { header: JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString('utf8')), start: 8 + length };
  } catch {
    throw new TensorFileError('its header is not JSON');
  }
}

function dtypeOf(data: TensorData): HeaderEntry['dtype'] {
  if (data instanceof Float64Array) return 'F64';
  return data instanceof Int32Array ? 'I32' : 'U8';
}

/** @param bytes alone in their buffer; a Node Buffer's `slice` would share a larger one */
function typed(dtype: HeaderEntry['dtype'], bytes: Uint8Array): TensorData {
  if (dtype === 'F64') return new Float64Array(bytes.buffer, 0, bytes.length / 8);
  if (dtype === 'I32') return new Int32Array(bytes.buffer, 0, bytes.length / 4);
  if (dtype === 'U8') return bytes;
  throw new TensorFileError(`it holds a tensor of type ${String(dtype)}, which this version does not write`);
}
