import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';

/** What a server is doing, as `stageMarks.ts` marks it from within: a byte each in a file, which outlives a kill. */
export const STAGES = ['append', 'apply', 'checkpoint', 'activation'] as const;
export type Stage = (typeof STAGES)[number];

export const MARKS_FILE = 'TASTEGRAPH_TEST_MARKS';

/** Reads the marks of another process while it runs and after its end. */
export class StageMarks {
  private readonly handle: number;
  private readonly bytes = Buffer.alloc(STAGES.length);

  constructor(file: string) {
    writeFileSync(file, Buffer.alloc(STAGES.length));
    this.handle = openSync(file, 'r');
  }

  now(): Stage[] {
    readSync(this.handle, this.bytes, 0, STAGES.length, 0);
    return STAGES.filter((_, place) => this.bytes[place] === 1);
  }

  close(): void {
    closeSync(this.handle);
  }
}
