import { basename, dirname } from 'node:path/posix';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { CommandError } from '../errors.ts';
import { type FileSet, statOf } from './files.ts';

/** What a zip may hold. Real sets of ratings stay far below: a few files, which deflate to a fifth. */
interface ZipLimits {
  readonly entries: number;
  /** Bytes of all files together. */
  readonly size: number;
  /** Bytes of a file for one byte of the zip; deflate itself ends at about 1,000. */
  readonly ratio: number;
}

const LIMITS: ZipLimits = { entries: 10_000, size: 64 * 2 ** 30, ratio: 200 };
/** Small files of equal lines may well be packed tighter. */
const SMALL = 32 * 2 ** 20; // bytes

/**
 * The files in a zip, from the one folder of it that `isKnown` takes. Nothing is unpacked to the disk: files are read as streams,
 * and none may turn out larger than the zip says.
 * @throws CommandError when the zip is broken, dangerous, or has no such folder or several
 */
export async function zipFiles(path: string, isKnown: (names: readonly string[]) => boolean, limits = LIMITS): Promise<FileSet> {
  const before = statOf(path);
  const zip = await explained(path, openPromise(path, { autoClose: false }));
  try {
    const entries = chosen(path, await explained(path, listed(path, zip, limits)), isKnown);
    return {
      path,
      names: [...entries.keys()],
      size: (name) => entries.get(name)!.uncompressedSize,
      read: (name) => readEntry(path, zip, entries.get(name)!, before.mtimeMs),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function listed(path: string, zip: ZipFile, limits: ZipLimits): Promise<Entry[]> {
  const entries: Entry[] = [];
  let size = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName, uncompressedSize, compressedSize } = entry;
    size += uncompressedSize;
    if (entries.length >= limits.entries)
      throw new CommandError(`${path} holds more than ${limits.entries} files: unpack it, and import the folder.`);
    if (size > limits.size || (uncompressedSize > SMALL && uncompressedSize > limits.ratio * compressedSize)) {
      throw new CommandError(
        `${path} would unpack to far more than a set of ratings does (${fileName}). If you trust it, unpack it, and import the folder.`,
      );
    }
    // What macOS adds to zips has names like those of the files that it describes.
    if (!fileName.endsWith('/') && !fileName.startsWith('__MACOSX/')) entries.push(entry);
  }
  return entries;
}

/** By name without folder. */
function chosen(path: string, entries: readonly Entry[], isKnown: (names: readonly string[]) => boolean): Map<string, Entry> {
  const folders = new Map<string, Map<string, Entry>>();
  for (const entry of entries) {
    const folder = dirname(entry.fileName);
    const files = folders.get(folder) ?? new Map<string, Entry>();
    folders.set(folder, files.set(basename(entry.fileName), entry));
  }
  const known = [...folders].filter(([, files]) => isKnown([...files.keys()]));
  if (known.length > 1) {
    throw new CommandError(`${path} holds several sets of ratings (${known.map(([name]) => name).join(', ')}): unpack it, and import one.`);
  }
  const [only] = known;
  if (only === undefined)
    throw new CommandError(`${path} holds no set of ratings that is known: u.data, ratings.dat or ratings.csv with what belongs to it.`);
  return only[1];
}

async function* readEntry(path: string, zip: ZipFile, entry: Entry, modified: number): AsyncGenerator<Uint8Array> {
  try {
    yield* await zip.openReadStreamPromise(entry);
  } catch (error) {
    throw broken(path, error);
  }
  if (statOf(path).mtimeMs !== modified)
    throw new CommandError(`${path} changed while it was read; nothing was stored. Try again when nobody writes it.`);
}

async function explained<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw broken(path, error);
  }
}

function broken(path: string, error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new CommandError(`${path} can't be read as a zip (${reason}).`);
}
