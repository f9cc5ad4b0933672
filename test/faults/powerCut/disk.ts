import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Operation } from './trace.ts';

/** Bytes that a disk writes whole. */
const SECTOR = 512;
/** Of the operations that are not safe yet, the newest so many are each left out alone. */
const MOST_MISSING = 16;

type Data = Extract<Operation, { kind: 'write' | 'truncate' }>;
type Name = { readonly order: number; readonly folder: string; apply(names: Map<string, number>): void };
type Pending = { readonly order: number; readonly inode: number; readonly change: Data };

/** What may be on a disk after a power cut: every file that has a name, and its bytes. */
export interface DiskState {
  readonly variant: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

/**
 * A disk that keeps what was forced to it, and of everything else whatever it likes. Bytes of a file are safe with the fsync of the
 * file; names (created, renamed, removed) are safe with the fsync of their folder, and not before.
 */
export class Disk {
  private readonly root: string;
  /** By inode: bytes that are safe. */
  private readonly safe = new Map<number, Buffer>();
  /** Names that are safe. */
  private readonly safeNames = new Map<string, number>();
  /** Names as the process sees them. */
  private readonly names = new Map<string, number>();
  private pending: Pending[] = [];
  private pendingNames: Name[] = [];
  private order = 0;

  /** @param root a folder as the operations name it @param image where its files lie now, all of them safe */
  constructor(root: string, image: string) {
    this.root = root;
    // Inodes of the image are its own: they are told by name when the process opens them.
    let unknown = -1;
    for (const name of readdirSync(image, { recursive: true, encoding: 'utf8' })) {
      const file = join(image, name);
      if (!statSync(file).isFile()) continue;
      this.safe.set(unknown, readFileSync(file));
      this.safeNames.set(join(root, name), unknown);
      this.names.set(join(root, name), unknown);
      unknown -= 1;
    }
  }

  /** Does one operation. */
  do(operation: Operation): void {
    this.order += 1;
    const { order } = this;
    if (operation.kind === 'open') this.identify(operation.path, operation.inode);
    else if (operation.kind === 'create') this.create(operation.path, operation.inode);
    else if (operation.kind === 'write' || operation.kind === 'truncate')
      this.pending.push({ order, inode: operation.inode, change: operation });
    else if (operation.kind === 'rename') this.rename(operation.from, operation.to);
    else if (operation.kind === 'unlink') this.rename(operation.path, null);
    else if (operation.kind === 'fsync') this.sync(operation.path, operation.inode);
  }

  /** What may be there if the power went now. */
  states(): DiskState[] {
    const all = () => true;
    const none = () => false;
    const states = [this.state('none', none, none), this.state('all', all, all)];
    if (this.pendingNames.length > 0) states.push(this.state('data, no names', all, none));
    if (this.pending.length > 0) states.push(this.state('names, no data', none, all));
    const orders = [...this.pending, ...this.pendingNames].map(({ order }) => order).sort((left, right) => right - left);
    for (const missing of orders.slice(0, MOST_MISSING)) {
      const others = ({ order }: { order: number }) => order !== missing;
      states.push(this.state(`all but ${this.order - missing} before`, others, others));
    }
    const last = this.pending.at(-1);
    if (last?.change.kind === 'write') states.push(this.state('last torn', all, all, last));
    return distinct(states);
  }

  private identify(path: string, inode: number): void {
    const known = this.names.get(path);
    if (known === undefined || known >= 0) return;
    for (const names of [this.names, this.safeNames]) for (const [name, of] of names) if (of === known) names.set(name, inode);
    this.safe.set(inode, this.safe.get(known)!);
    this.safe.delete(known);
  }

  private create(path: string, inode: number): void {
    this.safe.set(inode, Buffer.alloc(0));
    this.pending = this.pending.filter((other) => other.inode !== inode);
    this.name(path, (names) => names.set(path, inode));
  }

  /** @param to null: the name goes away */
  private rename(from: string, to: string | null): void {
    const inode = this.names.get(from);
    if (inode === undefined) return;
    this.name(from, (names) => {
      names.delete(from);
      if (to !== null) names.set(to, inode);
    });
  }

  private name(path: string, apply: Name['apply']): void {
    apply(this.names);
    this.pendingNames.push({ order: this.order, folder: dirname(path), apply });
  }

  private sync(path: string, inode: number): void {
    const changes = this.pending.filter((other) => other.inode === inode).map(({ change }) => change);
    if (changes.length > 0) this.safe.set(inode, changed(this.safe.get(inode) ?? Buffer.alloc(0), changes));
    this.pending = this.pending.filter((other) => other.inode !== inode);
    for (const name of this.pendingNames) if (name.folder === path) name.apply(this.safeNames);
    this.pendingNames = this.pendingNames.filter(({ folder }) => folder !== path);
  }

  private state(variant: string, keeps: (of: Pending) => boolean, keepsName: (of: Name) => boolean, torn?: Pending): DiskState {
    const names = new Map(this.safeNames);
    for (const name of this.pendingNames) if (keepsName(name)) name.apply(names);
    const bytes = new Map(this.safe);
    for (const [inode, changes] of this.changesOf(keeps, torn)) bytes.set(inode, changed(bytes.get(inode)!, changes));
    const contentOf = (inode: number) => bytes.get(inode) ?? Buffer.alloc(0);
    return { variant, files: new Map([...names].map(([name, inode]) => [relative(this.root, name), contentOf(inode)])) };
  }

  /** What has not been forced to the disk and is there all the same, by inode. */
  private changesOf(keeps: (of: Pending) => boolean, torn: Pending | undefined): Map<number, Data[]> {
    const changes = new Map<number, Data[]>();
    for (const pending of this.pending) {
      if (!keeps(pending) || !this.safe.has(pending.inode)) continue;
      const list = changes.get(pending.inode) ?? [];
      list.push(pending === torn ? half(pending.change) : pending.change);
      changes.set(pending.inode, list);
    }
    return changes;
  }
}

/** Puts a state into a folder. */
export function writeState({ files }: DiskState, folder: string): void {
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

function changed(bytes: Buffer, changes: readonly Data[]): Buffer {
  const ends = changes.map((change) => (change.kind === 'truncate' ? change.length : change.offset + change.data.length));
  const result = Buffer.alloc(Math.max(bytes.length, ...ends));
  bytes.copy(result);
  let length = bytes.length;
  for (const change of changes) {
    if (change.kind === 'write') {
      change.data.copy(result, change.offset);
      length = Math.max(length, change.offset + change.data.length);
    } else {
      if (change.length < length) result.fill(0, change.length, length);
      length = change.length;
    }
  }
  return result.subarray(0, length);
}

/** The first sectors of a write: one of which it is known only that it was begun. */
function half(change: Data): Data {
  if (change.kind === 'truncate') return change;
  const sectors = Math.floor(change.data.length / 2 / SECTOR);
  return { ...change, data: change.data.subarray(0, sectors * SECTOR) };
}

function distinct(states: readonly DiskState[]): DiskState[] {
  const kept: DiskState[] = [];
  for (const state of states) if (!kept.some((other) => isSame(other, state))) kept.push(state);
  return kept;
}

function isSame({ files: left }: DiskState, { files: right }: DiskState): boolean {
  return left.size === right.size && [...left].every(([name, bytes]) => right.get(name)?.equals(bytes));
}
