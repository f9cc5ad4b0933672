import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** Reference of "snapshot": as many bytes, forced to the disk, in a file. Nothing is encoded, hashed or renamed. */
export function plainWrite(path: string, bytes: Uint8Array): void {
  const handle = openSync(path, 'w');
  for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
  fsyncSync(handle);
  closeSync(handle);
}
