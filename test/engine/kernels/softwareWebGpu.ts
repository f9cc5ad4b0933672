import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** SwiftShader, a Vulkan driver without a graphics card, as Debian's chromium brings it along. */
const FOLDER = '/usr/lib/chromium';
const DRIVER = join(FOLDER, 'vk_swiftshader_icd.json');

export const hasSoftwareWebGpu = existsSync(DRIVER) && existsSync(join(FOLDER, 'libvulkan.so.1'));

/**
 * Runs a script of this folder in a process that sees the software adapter: the loader reads these variables at its start alone.
 * @returns what the script printed, parsed as JSON
 */
export function withSoftwareWebGpu<T>(script: string): T {
  const root = dirname(dirname(dirname(import.meta.dirname)));
  const child = spawnSync(process.execPath, ['--import', 'tsx', join(import.meta.dirname, script)], {
    cwd: root,
    env: { ...process.env, VK_ICD_FILENAMES: DRIVER, LD_LIBRARY_PATH: FOLDER },
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`${script} ended with ${child.status ?? child.signal}: ${child.stderr}`);
  return JSON.parse(child.stdout) as T;
}
