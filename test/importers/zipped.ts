import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { folderOf } from './files.ts';

/** A zip of these files. @param folder in it */
export async function zipOf(files: Readonly<Record<string, string | Uint8Array>>, folder = ''): Promise<string> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content as string, /^u\d?\.|\.dat$/.test(name) ? 'latin1' : 'utf8'), `${folder}${name}`);
  }
  zip.end();
  const path = join(folderOf({}), 'ratings.zip');
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}
