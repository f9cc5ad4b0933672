/**
 * Room for numbers that several threads may read. For what is large and stays as it is from one fit to the next: a snapshot hands
 * it to the thread that writes it without a copy.
 */
export function sharedFloat32(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** The same numbers where several threads may read them. */
export function toShared(values: Float32Array): Float32Array {
  const shared = sharedFloat32(values.length);
  shared.set(values);
  return shared;
}
