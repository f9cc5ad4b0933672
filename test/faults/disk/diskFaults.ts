import type { Fault, Finding, Size } from '../fault.ts';
import { inFolder } from '../place.ts';
import { damaged } from './damaged.ts';
import { full } from './full.ts';
import { locked } from './locked.ts';
import { readOnly } from './readOnly.ts';

/** What a disk, its rights, another program and decay may do to a server. */
export const diskFaults: Fault = {
  name: 'disk',
  what: 'a disk that is full at each write, a folder that is read-only, a database that is locked or damaged',
  run: (size, tell) => inFolder((folder) => everyTrouble(folder, size, tell)),
};

async function everyTrouble(folder: string, size: Size, tell: (line: string) => void): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const trouble of [full, locked, readOnly, damaged]) {
    findings.push(...(await trouble(folder, size)));
    tell(`${trouble.name} is done`);
  }
  return findings;
}
