import { readFile } from 'node:fs/promises';

/** Between two looks; milliseconds. */
const EVERY = 500;

/**
 * Looks at the memory of a process, arrays and native code included, which the bound of its heap does not hold.
 * Only where the system tells it in `/proc` (Linux); elsewhere the bound of the heap is all there is.
 * @param limit MiB @param onAbove called once, when the process has more
 * @returns stops the looking
 */
export function watchMemory(pid: number, limit: number, onAbove: () => void): () => void {
  const timer = setInterval(async () => {
    const used = await residentMemory(pid);
    if (used === null || used <= limit) return;
    clearInterval(timer);
    onAbove();
  }, EVERY).unref();
  return () => clearInterval(timer);
}

/** MiB in memory, of a process and its threads; null when the system does not say, or when it has ended. */
async function residentMemory(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) / 1024;
}
