/**
 * Room for numbers that several threads may read. For what is large and stays as it is from one fit to the next: a snapshot hands
 * it to the thread that writes it without a copy.
 */
export function sharedFloat32(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** The same structure with all its arrays of numbers where several threads may read them; every array is copied. */
export function sharedCopy<T>(value: T): T {
  if (ArrayBuffer.isView(value)) return copyOf(value as unknown as TypedArray) as T;
  if (Array.isArray(value)) return value.map(sharedCopy) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, sharedCopy(part)])) as T;
}

type TypedArray = Float64Array | Float32Array | Int32Array | Uint8Array;

function copyOf(values: TypedArray): TypedArray {
  const shared = new SharedArrayBuffer(values.byteLength);
  new Uint8Array(shared).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const Kind = values.constructor as new (buffer: SharedArrayBuffer) => TypedArray;
  return new Kind(shared);
}
