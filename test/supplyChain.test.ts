import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '..', file), 'utf8'));
const { dependencies, devDependencies, optionalDependencies, allowScripts } = read('package.json');
const locked: Record<string, { version?: string; link?: true; integrity?: string; hasInstallScript?: true }> =
  read('package-lock.json').packages;

describe('what comes from others', () => {
  it('is one version of each package, and no range', () => {
    const versions: [string, string][] = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(versions.length).toBeGreaterThan(20);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    for (const [name, version] of versions) expect([name, locked[`node_modules/${name}`]?.version]).toEqual([name, version]);
  });

  it('is known by its hash, all of it', () => {
    const packages = Object.entries(locked).filter(([path, { link }]) => path !== '' && !link);
    expect(packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  });

  it('runs code while it is installed only where that was decided', () => {
    const scripts = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript);
    const undecided = scripts.map(([path]) => path.replace(/^.*node_modules\//, '')).filter((name) => !(name in allowScripts));
    expect(undecided).toEqual([]);
    expect(Object.entries(allowScripts).filter(([, allowed]) => allowed)).toEqual([['better-sqlite3', true]]);
  });
});
