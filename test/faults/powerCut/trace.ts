import { readFileSync } from 'node:fs';

/** What a process did to a disk, or told somebody, in its order. */
export type Operation =
  | { readonly kind: 'open' | 'create'; readonly inode: number; readonly path: string }
  | { readonly kind: 'write'; readonly inode: number; readonly path: string; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly inode: number; readonly path: string; readonly length: number }
  | { readonly kind: 'fsync'; readonly inode: number; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'unlink'; readonly path: string }
  | { readonly kind: 'told'; readonly text: string };

const KINDS = [null, 'open', 'create', 'write', 'truncate', 'fsync', 'rename', 'unlink', 'told'] as const;
const HEAD = 25;

/** Reads what `shim.c` has written. @throws Error for a record of an unknown kind */
export function readTrace(file: string): Operation[] {
  const bytes = readFileSync(file);
  const operations: Operation[] = [];
  for (let at = 0; at + HEAD <= bytes.length; ) {
    const kind = KINDS[bytes[at]!];
    const inode = Number(bytes.readBigUInt64LE(at + 1));
    const offset = Number(bytes.readBigInt64LE(at + 9));
    const pathEnd = at + HEAD + bytes.readUInt32LE(at + 17);
    const end = pathEnd + bytes.readUInt32LE(at + 21);
    const path = bytes.toString('utf8', at + HEAD, pathEnd);
    const data = bytes.subarray(pathEnd, end);
    if (kind === 'write') operations.push({ kind, inode, path, offset, data });
    else if (kind === 'truncate') operations.push({ kind, inode, path, length: offset });
    else if (kind === 'rename') operations.push({ kind, from: path, to: data.toString('utf8') });
    else if (kind === 'unlink') operations.push({ kind, path });
    else if (kind === 'told') operations.push({ kind, text: data.toString('utf8') });
    else if (kind) operations.push({ kind, inode, path });
    else throw new Error(`The trace has a record of kind ${bytes[at]} at ${at}.`);
    at = end;
  }
  return operations;
}
